use leptos::prelude::*;

/// How many tints there are in `style/data.css`.
const TINTS: u32 = 6;

/// A person's initials in a circle. Decoration: the name stands beside it.
#[component]
pub(crate) fn Avatar(#[prop(into)] name: Signal<String>) -> impl IntoView {
    let class = move || format!("avatar avatar--{}", name.with(|name| tint(name)));
    view! { <span class=class aria-hidden="true">{move || name.with(|name| initials(name))}</span> }.into_any()
}

/// The first letters of the first and last word; of an address, its first letter.
pub(super) fn initials(name: &str) -> String {
    let mut words = name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// The same name always has the same tint.
fn tint(name: &str) -> u32 {
    name.chars()
        .fold(7_u32, |sum, c| sum.wrapping_mul(31).wrapping_add(u32::from(c)))
        % TINTS
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_of_the_first_and_last_word() {
        let cases = [
            ("Ana García", "AG"),
            ("Maria del Carmen Ruiz", "MR"),
            ("cher", "C"),
            ("  =SUM(A1) ", "S"),
            ("", ""),
        ];
        for (name, expected) in cases {
            assert_eq!(initials(name), expected, "{name}");
        }
    }
}
