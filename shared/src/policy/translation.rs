//! The names of a policy in other languages than the one that it is written in.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Policy, Words};
use crate::text;

/// What a translation names. Each has the ids of its kind as keys; `words` the keys of [`Words`], `terms` the keys
/// `agreement` and `text`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Named {
    Words,
    Module,
    Permission,
    Role,
    /// What the Roles reference says about it.
    RoleAbout,
    ResourceKind,
    ResourceKindPlural,
    ResourceKindShows,
    ResourceKindNotification,
    Field,
    FieldHint,
    Product,
    Terms,
}

impl Named {
    /// As a source writes it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Module => "module",
            Self::Permission => "permission",
            Self::Role => "role",
            Self::RoleAbout => "role_about",
            Self::ResourceKind => "resource_kind",
            Self::ResourceKindPlural => "resource_kind_plural",
            Self::ResourceKindShows => "resource_kind_shows",
            Self::ResourceKindNotification => "resource_kind_notification",
            Self::Field => "field",
            Self::FieldHint => "field_hint",
            Self::Product => "product",
            Self::Terms => "terms",
        }
    }
}

/// The names in one language, by what they name and its id.
pub type Translation = BTreeMap<Named, BTreeMap<String, String>>;

impl Policy {
    /// Puts its names into the language of these words: its own translation; else, for a word that it does not set, what
    /// the language has for it; else as it is written. Can be done again in another language. Not for a policy that is
    /// going to be kept: its own names move into [`Policy::translations`] meanwhile.
    pub fn speak(&mut self, words: &text::Words) {
        let written_in = self.written_in();
        let mut translations = std::mem::take(&mut self.translations);
        if !translations.contains_key(&written_in) {
            translations.insert(written_in.clone(), self.names());
        }
        let (english, default) = (Words::default(), Words::of_language(words));
        let (english, default) = (names_of_words(english), names_of_words(default));
        let named = |tag: &str, named: Named, id: &str| translations.get(tag)?.get(&named)?.get(id).cloned();
        self.each_name(&mut |kind, id, name| {
            if let Some(translated) = named(words.language().tag(), kind, id) {
                *name = translated;
            } else if let Some(own) = named(&written_in, kind, id) {
                let unset = kind == Named::Words && english.get(id) == Some(&own);
                *name = default.get(id).filter(|_| unset).cloned().unwrap_or(own);
            }
        });
        self.translations = translations;
    }

    /// The same, as a copy.
    #[must_use]
    pub fn spoken(&self, words: &text::Words) -> Self {
        let mut spoken = self.clone();
        spoken.speak(words);
        spoken
    }

    /// The language that its names are written in: its default one, without a region.
    fn written_in(&self) -> String {
        let tag = self.languages.first().map_or("en", String::as_str);
        tag.split('-').next().unwrap_or_default().to_ascii_lowercase()
    }

    /// All that can be translated.
    fn names(&mut self) -> Translation {
        let mut names = Translation::new();
        self.each_name(&mut |named, id, name| {
            names.entry(named).or_default().insert(id.to_owned(), name.clone());
        });
        names
    }

    /// Drops the translated names of what the policy has no more: a name tells that there is something (M9).
    pub(crate) fn forget_names_of_what_is_gone(&mut self) {
        let gone: Vec<(String, Named, String)> = self
            .unknown_translations()
            .into_iter()
            .map(|(language, named, id)| (language.to_owned(), named, id.to_owned()))
            .collect();
        for (language, named, id) in gone {
            if let Some(names) = self
                .translations
                .get_mut(&language)
                .and_then(|translation| translation.get_mut(&named))
            {
                names.remove(&id);
            }
        }
    }

    /// What translations name that the policy does not have: language, kind and id.
    pub(super) fn unknown_translations(&self) -> Vec<(&str, Named, &str)> {
        let mut known = BTreeSet::new();
        self.clone().each_name(&mut |named, id, _| {
            known.insert((named, id.to_owned()));
        });
        let mut unknown = Vec::new();
        for (language, translation) in &self.translations {
            for (named, names) in translation {
                let strange = names.keys().filter(|id| !known.contains(&(*named, (*id).clone())));
                unknown.extend(strange.map(|id| (language.as_str(), *named, id.as_str())));
            }
        }
        unknown
    }

    fn each_name(&mut self, visit: &mut dyn FnMut(Named, &str, &mut String)) {
        self.words.each(&mut |key, word| visit(Named::Words, key, word));
        for module in &mut self.modules {
            visit(Named::Module, module.id.as_str(), &mut module.name);
        }
        for permission in &mut self.permissions {
            visit(Named::Permission, permission.id.as_str(), &mut permission.name);
        }
        for role in &mut self.roles {
            visit(Named::Role, role.id.as_str(), &mut role.name);
            visit(Named::RoleAbout, role.id.as_str(), &mut role.about);
        }
        for kind in &mut self.resource_kinds {
            visit(Named::ResourceKind, kind.id.as_str(), &mut kind.name);
            visit(Named::ResourceKindPlural, kind.id.as_str(), &mut kind.plural);
            visit(Named::ResourceKindShows, kind.id.as_str(), &mut kind.shows);
            let notification = &mut kind.notification;
            visit(Named::ResourceKindNotification, kind.id.as_str(), notification);
        }
        for field in &mut self.fields {
            let id = field.id.key();
            visit(Named::Field, id, &mut field.label);
            visit(Named::FieldHint, id, &mut field.hint);
        }
        for product in &mut self.products {
            visit(Named::Product, product.id.as_str(), &mut product.name);
        }
        if let Some(terms) = &mut self.terms {
            visit(Named::Terms, "agreement", &mut terms.agreement);
            if !terms.text.is_empty() {
                visit(Named::Terms, "text", &mut terms.text);
            }
        }
    }
}

fn names_of_words(mut words: Words) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    words.each(&mut |key, word| {
        names.insert(key.to_owned(), word.clone());
    });
    names
}

#[cfg(all(test, feature = "source"))]
mod tests {
    use super::*;
    use crate::policy::preset;

    /// What is shown is in every language: a preset's own translation, or what the language has for a word that it leaves
    /// alone. The vendor's name is one in every language.
    #[test]
    fn every_word_of_every_preset_is_translated() {
        let unset = names_of_words(Words::default());
        let placeholders = |text: &str| ["{name}", "{portal}", "{vendor}"].map(|one| text.contains(one));
        let mut missing = Vec::new();
        for preset in preset::all() {
            let mut policy = preset.policy();
            let written_in = policy.written_in();
            for (kind, names) in policy.names() {
                for (id, name) in names {
                    let is_left_alone = kind == Named::Words && (id == "vendor" || unset.get(&id) == Some(&name));
                    if name.is_empty() || is_left_alone {
                        continue;
                    }
                    for language in text::Language::ALL {
                        let tag = language.tag();
                        let translated = policy
                            .translations
                            .get(tag)
                            .and_then(|names| names.get(&kind)?.get(&id));
                        let says_it =
                            |other: &String| !other.trim().is_empty() && placeholders(other) == placeholders(&name);
                        if tag != written_in && !translated.is_some_and(says_it) {
                            missing.push(format!("{}: {tag} {}.{id} = {name:?}", preset.id, kind.key()));
                        }
                    }
                }
            }
        }
        assert_eq!(missing, Vec::<String>::new());
    }
}
