//! Which encoding a client gets (RFC 9110, section 12.5.3).

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Brotli,
    Gzip,
    Identity,
}

impl Encoding {
    /// As `Content-Encoding` names it; a plain file has none.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }
}

/// The best encoding that the client takes and that is there; the plain file when nothing else fits.
pub(super) fn choose<'a>(accepted: impl Iterator<Item = &'a str>, there: impl Fn(Encoding) -> bool) -> Encoding {
    let wishes: Vec<(String, u16)> = accepted.flat_map(|header| header.split(',')).filter_map(wish).collect();
    let weight = |names: &[&str]| {
        let named = wishes.iter().find(|(name, _)| names.contains(&name.as_str()));
        named
            .or_else(|| wishes.iter().find(|(name, _)| name == "*"))
            .map_or(0, |(_, weight)| *weight)
    };
    let candidates = [
        (Encoding::Brotli, weight(&["br"])),
        (Encoding::Gzip, weight(&["gzip", "x-gzip"])),
    ];
    let mut best = (Encoding::Identity, 0);
    for (encoding, weight) in candidates {
        if weight > best.1 && there(encoding) {
            best = (encoding, weight);
        }
    }
    best.0
}

/// One entry: the name and its weight in thousandths.
fn wish(entry: &str) -> Option<(String, u16)> {
    let mut parts = entry.split(';').map(str::trim);
    let name = parts.next().filter(|name| !name.is_empty())?.to_ascii_lowercase();
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    let weight = match weight {
        None => 1000,
        Some(text) => text
            .parse::<f32>()
            .ok()
            .filter(|q| (0.0..=1.0).contains(q))
            .map_or(0, |q| (q * 1000.0) as u16),
    };
    Some((name, weight))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(header: &str) -> Encoding {
        choose(std::iter::once(header), |_| true)
    }

    #[test]
    fn the_client_weighs_and_brotli_breaks_ties() {
        assert_eq!(chosen("gzip, deflate, br, zstd"), Encoding::Brotli);
        assert_eq!(chosen("gzip;q=1.0, br;q=0.5"), Encoding::Gzip);
        assert_eq!(chosen("br;q=0, gzip"), Encoding::Gzip);
        assert_eq!(chosen("*"), Encoding::Brotli);
        assert_eq!(chosen("br;q=0, *;q=0.1"), Encoding::Gzip);
        assert_eq!(chosen("identity"), Encoding::Identity);
        assert_eq!(chosen("br;q=2"), Encoding::Identity);
        assert_eq!(chosen(""), Encoding::Identity);
    }

    #[test]
    fn only_what_is_there_is_chosen() {
        assert_eq!(
            choose(std::iter::once("br, gzip"), |kind| kind == Encoding::Gzip),
            Encoding::Gzip
        );
        assert_eq!(choose(std::iter::empty(), |_| true), Encoding::Identity);
    }
}
