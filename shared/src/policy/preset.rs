//! The policies that come with the product. Data only: nothing outside this file knows what they are called.

/// A policy that comes with the product, as its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// The name by which it is chosen on the command line and in settings.
    pub id: &'static str,
    /// The TOML source; its own `name` is what people read.
    pub source: &'static str,
}

macro_rules! presets {
    ($($id:literal),+ $(,)?) => {
        &[$(Preset { id: $id, source: include_str!(concat!("presets/", $id, ".toml")) }),+]
    };
}

/// Every preset, in the order in which they are offered.
pub fn all() -> &'static [Preset] {
    presets!["decoda", "artera", "atmanco", "optra", "tebra"]
}

/// The preset of this id.
pub fn find(id: &str) -> Option<&'static Preset> {
    all().iter().find(|preset| preset.id == id)
}

#[cfg(feature = "source")]
impl Preset {
    /// The policy that the source declares.
    ///
    /// # Panics
    /// If the source that was built in is not a policy; a test reads them all.
    pub fn policy(&self) -> super::Policy {
        super::source::parse(self.source).expect("the presets are part of the program and are read in a test")
    }
}

#[cfg(all(test, feature = "source"))]
mod tests {
    use super::*;
    use crate::policy::source;

    #[test]
    fn every_preset_is_a_policy_without_contradictions() {
        for preset in all() {
            assert_eq!(source::read(preset.source).map(|_| ()), Ok(()), "{}", preset.id);
        }
    }

    #[test]
    fn presets_are_found_by_their_ids() {
        for preset in all() {
            assert_eq!(find(preset.id), Some(preset));
        }
        assert_eq!(find("none of them"), None);
    }
}
