//! Shared browsers: each has a name that people tell it by, and is enrolled once.

use crate::edit::Edit;
use crate::plan::Plan;
use crate::verdict::{Field, Reason, Verdict};

pub(super) fn apply(plan: &Plan<'_>, verdict: &mut Verdict) {
    let devices = &plan.facts.devices;
    match plan.edit {
        Edit::EnrolDevice { device, name } => {
            if devices.iter().any(|known| known.id == *device) {
                verdict.refuse("X8", Field::Whole, Reason::IdTaken);
            }
            super::sites::judge_name(name, devices.iter().map(|known| known.name.as_str()), verdict);
        }
        Edit::ReleaseDevice { device } if !devices.iter().any(|known| known.id == *device) => {
            verdict.refuse("X8", Field::Whole, Reason::DeviceUnknown { device: *device });
        }
        _ => {}
    }
}
