//! What a mail server says when it does not take a mail, and what that means for whoever waits for it.

/// What stands in a mail's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    NoSuchAddress,
    MailboxFull,
    /// The mail server does not know us.
    NotLetIn,
    /// The line cannot be secured.
    NotSecure,
    NotReached,
    /// It may take the mail later.
    NotNow,
}

impl Trouble {
    /// By the mail server's words, of which the codes mean the same everywhere (RFC 5321, 4.2; RFC 3463).
    pub fn of(why: &str) -> Option<Self> {
        let why = why.to_lowercase();
        let has = |marks: &[&str]| marks.iter().any(|mark| why.contains(mark));
        if has(&["5.1.1", "5.1.10", "(550)", "no such"]) {
            Some(Self::NoSuchAddress)
        } else if has(&["4.2.2", "5.2.2", "(452)", "(552)"]) {
            Some(Self::MailboxFull)
        } else if has(&["(530)", "(534)", "(535)", "(538)"]) {
            Some(Self::NotLetIn)
        } else if has(&["certificate", "tls", "handshake"]) {
            Some(Self::NotSecure)
        } else if has(&["connect", "timed out", "timeout", "took too long", "dns", "lookup"]) {
            Some(Self::NotReached)
        } else if has(&["(421)", "(450)", "(451)", "4.3."]) {
            Some(Self::NotNow)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_servers_words_say_what_stands_in_the_way() {
        for (why, trouble) in [
            (
                "permanent error (550): 5.1.1 no such mailbox here",
                Some(Trouble::NoSuchAddress),
            ),
            ("permanent error (552): 5.2.2 over quota", Some(Trouble::MailboxFull)),
            ("permanent error (535): 5.7.8 who are you", Some(Trouble::NotLetIn)),
            (
                "Connection error: invalid peer certificate: UnknownIssuer",
                Some(Trouble::NotSecure),
            ),
            (
                "Connection error: Connection refused (os error 111)",
                Some(Trouble::NotReached),
            ),
            ("transient error (451): 4.3.0 come back later", Some(Trouble::NotNow)),
            ("permanent error (554): policy", None),
        ] {
            assert_eq!(Trouble::of(why), trouble, "{why}");
        }
    }
}
