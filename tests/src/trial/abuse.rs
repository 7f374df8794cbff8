use super::{Report, options::Options};
use crate::process::Outcome;
pub(super) async fn report(_: &Options) -> Outcome<Report> { Ok(Report{text:String::new(),broken:vec![]}) }
