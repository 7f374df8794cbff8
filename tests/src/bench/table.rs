//! Tables as Markdown, aligned so that they can be read as they are.

/// A table: the first column is text, the others are figures.
pub(crate) fn markdown(head: &[&str], rows: &[Vec<String>]) -> String {
    let wide = |column: usize, title: &str| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells
            .map(|cell| cell.chars().count())
            .chain([title.chars().count(), 3])
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = head.iter().enumerate().map(|(at, title)| wide(at, title)).collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut line = String::from("|");
        for (at, (cell, width)) in cells.zip(&widths).enumerate() {
            let cell = if at == 0 {
                format!(" {cell:<width$} |")
            } else {
                format!(" {cell:>width$} |")
            };
            line.push_str(&cell);
        }
        line.push('\n');
        line
    };
    let mut text = line(&mut head.iter().copied());
    let rule: Vec<String> = widths
        .iter()
        .enumerate()
        .map(|(at, width)| match at {
            0 => "-".repeat(*width),
            _ => format!("{}:", "-".repeat(width - 1)),
        })
        .collect();
    text.push_str(&line(&mut rule.iter().map(String::as_str)));
    for row in rows {
        text.push_str(&line(&mut row.iter().map(String::as_str)));
    }
    text
}

/// A number of microseconds, in the unit that suits it.
pub(crate) fn micros(value: f64) -> String {
    match value {
        ..9.95 => format!("{value:.1} µs"),
        ..1_000.0 => format!("{value:.0} µs"),
        ..9_950.0 => format!("{:.1} ms", value / 1e3),
        ..1_000_000.0 => format!("{:.0} ms", value / 1e3),
        _ => format!("{:.1} s", value / 1e6),
    }
}

/// A number of bytes, in units of 1024.
pub(crate) fn bytes(value: u64) -> String {
    let kilo = value as f64 / 1024.0;
    if kilo < 1024.0 {
        format!("{kilo:.1} KB")
    } else {
        format!("{:.1} MB", kilo / 1024.0)
    }
}

/// A count, with commas between its thousands.
pub(crate) fn grouped(count: u32) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_stand_to_the_right() {
        let rows = [
            vec!["invite".to_owned(), micros(12.4)],
            vec!["a".to_owned(), micros(3.21)],
        ];
        assert_eq!(
            markdown(&["edit", "median"], &rows),
            "| edit   | median |\n| ------ | -----: |\n| invite |  12 µs |\n| a      | 3.2 µs |\n"
        );
    }

    #[test]
    fn units_suit_their_values() {
        assert_eq!(
            [9.94, 250.0, 1_250.0, 16_000.0, 2_500_000.0].map(micros),
            ["9.9 µs", "250 µs", "1.2 ms", "16 ms", "2.5 s"]
        );
        assert_eq!([512, 3 << 20].map(bytes), ["0.5 KB", "3.0 MB"]);
        assert_eq!(
            [0, 999, 1_000, 1_234_567].map(grouped),
            ["0", "999", "1,000", "1,234,567"]
        );
    }
}
