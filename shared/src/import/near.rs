//! How near a word of a file is to a name that the organisation uses. Near is only ever proposed, never applied.

/// Up to so many proposals for one word.
const PROPOSALS: usize = 3;

/// The names nearest to `word`, best first; both sides folded. Nothing that is too far away.
pub(super) fn nearest<T: Clone + PartialEq>(word: &str, names: &[(String, T)]) -> Vec<T> {
    let mut found: Vec<(u32, usize)> = names
        .iter()
        .enumerate()
        .filter_map(|(place, (name, _))| distance(word, name).map(|distance| (distance, place)))
        .collect();
    found.sort_unstable();
    let mut proposals: Vec<T> = Vec::new();
    for (_, what) in found.iter().filter_map(|(_, place)| names.get(*place)) {
        // One thing may have several names.
        if proposals.len() < PROPOSALS && !proposals.contains(what) {
            proposals.push(what.clone());
        }
    }
    proposals
}

/// How far apart two folded texts are, when they are near: a slip of the finger before an abbreviation, an abbreviation
/// before a name of which only the beginning is there.
fn distance(word: &str, name: &str) -> Option<u32> {
    const ABBREVIATION: u32 = 100;
    const BEGINNING: u32 = 200;
    let (letters, of_name) = (word.chars().count(), name.chars().count());
    if letters < 2 || of_name < 2 {
        return None;
    }
    let edits = edits(word, name);
    if edits <= (letters.max(of_name) / 5).max(1).try_into().unwrap_or(u32::MAX) {
        Some(edits)
    } else if is_abbreviation(word, name) || is_abbreviation(name, word) {
        Some(ABBREVIATION.saturating_add(edits))
    } else if letters >= 4 && name.strip_prefix(word).is_some_and(|rest| rest.starts_with(' ')) {
        Some(BEGINNING.saturating_add(edits))
    } else {
        None
    }
}

/// Whether each word of `short` shortens the word of `long` at the same place: it begins alike, and its letters come in
/// the same order ("Elm St" for "Elm Street", "Frnt Dsk" for "Front Desk").
fn is_abbreviation(short: &str, long: &str) -> bool {
    let shortens = |short: &str, long: &str| {
        let mut rest = long.chars();
        short.chars().next() == long.chars().next() && short.chars().all(|letter| rest.any(|other| other == letter))
    };
    let (mut parts, mut whole) = (short.split(' '), long.split(' '));
    let all = parts
        .by_ref()
        .all(|part| part.chars().count() >= 2 && whole.next().is_some_and(|w| shortens(part, w)));
    all && whole.next().is_none()
}

/// Insertions, deletions, replacements and swaps of neighbours that make one text of the other (optimal string
/// alignment).
fn edits(one: &str, other: &str) -> u32 {
    let other: Vec<char> = other.chars().collect();
    let mut before_last: Vec<u32> = Vec::new();
    let mut last: Vec<u32> = (0..).take(other.len().saturating_add(1)).collect();
    let mut previous = None;
    for (row, letter) in (1u32..).zip(one.chars()) {
        let mut current = Vec::with_capacity(last.len());
        current.push(row);
        for (column, candidate) in other.iter().enumerate() {
            let at = |line: &[u32], place: usize| line.get(place).copied().unwrap_or(u32::MAX);
            let replaced = at(&last, column).saturating_add(u32::from(*candidate != letter));
            let removed = at(&last, column.saturating_add(1)).saturating_add(1);
            let added = at(&current, column).saturating_add(1);
            let mut best = replaced.min(removed).min(added);
            let before = column.checked_sub(1).and_then(|place| other.get(place)).copied();
            if previous == Some(*candidate) && before == Some(letter) && previous != Some(letter) {
                let swapped = column.checked_sub(1).map_or(u32::MAX, |place| at(&before_last, place));
                best = best.min(swapped.saturating_add(1));
            }
            current.push(best);
        }
        before_last = std::mem::replace(&mut last, current);
        previous = Some(letter);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_count_slips() {
        for (one, other, expected) in [
            ("front desk", "front desk", 0),
            ("frnt desk", "front desk", 1),
            ("fornt desk", "front desk", 1),
            ("nurce", "nurse", 1),
            ("", "abc", 3),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(edits(one, other), expected, "{one} → {other}");
            assert_eq!(edits(other, one), expected, "{other} → {one}");
        }
    }

    #[test]
    fn near_names_are_proposed_best_first() {
        let names: Vec<(String, u8)> = [
            "elm street",
            "elm stret",
            "harbour view",
            "lakeside imaging",
            "downtown urgent care",
        ]
        .iter()
        .zip(0..)
        .map(|(name, number)| ((*name).to_owned(), number))
        .collect();
        assert_eq!(nearest("elm st", &names), [1, 0]);
        assert_eq!(nearest("harbor view", &names), [2]);
        assert_eq!(nearest("downtown", &names), [4]);
        assert_eq!(nearest("riverside", &names), [] as [u8; 0]);
        assert_eq!(nearest("", &names), [] as [u8; 0]);
    }

    #[test]
    fn other_words_are_not_near() {
        for (word, name) in [
            ("nurse", "provider"),
            ("manager", "practice manager"),
            ("elm road", "elm street"),
        ] {
            assert_eq!(distance(word, name), None, "{word} and {name}");
        }
    }
}
