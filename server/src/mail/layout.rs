//! A letter as HTML and as plain text. The HTML is what mail programs of any age show: one column, styles on the elements,
//! nothing that is fetched from anywhere, light or dark as the reader likes.

use std::fmt::Write as _;

use super::letter::Letter;

const FONT: &str = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

/// The letter as plain text.
pub fn plain(letter: &Letter) -> String {
    let mut out = String::new();
    for paragraph in &letter.paragraphs {
        let _ = write!(out, "{paragraph}\n\n");
    }
    if let Some((label, address)) = &letter.button {
        let _ = write!(out, "{label}:\n{address}\n\n");
    }
    for note in &letter.notes {
        let _ = write!(out, "{note}\n\n");
    }
    let _ = writeln!(out, "-- \n{}", letter.footer);
    out
}

/// The letter as a page.
pub fn html(letter: &Letter) -> String {
    let mut body = String::new();
    for paragraph in &letter.paragraphs {
        let _ = write!(body, "<p style=\"margin:0 0 16px\">{}</p>", escaped(paragraph));
    }
    if let Some((label, address)) = &letter.button {
        let (label, address) = (escaped(label), escaped(address));
        let _ = write!(
            body,
            "<p style=\"margin:24px 0\"><a href=\"{address}\" style=\"display:inline-block;padding:13px 24px;border-radius:8px;\
             background:#0f6b66;color:#ffffff;font-weight:600;text-decoration:none\">{label}</a></p>"
        );
    }
    for note in &letter.notes {
        let _ = write!(body, "<p style=\"margin:0 0 12px;color:#57534e\">{}</p>", escaped(note));
    }
    if let Some((_, address)) = &letter.button {
        let (intro, address) = (escaped(&letter.link_itself), escaped(address));
        let _ = write!(
            body,
            "<p style=\"margin:20px 0 0;font-size:13px;color:#57534e\">{intro}<br><span style=\"word-break:break-all\">{address}</span></p>"
        );
    }
    let (language, subject, from, footer) = (
        letter.language,
        escaped(&letter.subject),
        escaped(&letter.from),
        escaped(&letter.footer),
    );
    format!(
        "<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\"><meta name=\"color-scheme\" content=\"light\"><title>{subject}</title></head>\n\
         <body style=\"margin:0;padding:0;background:#f5f4f2;{FONT};font-size:16px;line-height:1.5;color:#1c1917\">\n\
         <table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\"><tr><td align=\"center\" style=\"padding:24px 12px\">\n\
         <table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" style=\"max-width:560px;background:#ffffff;\
         border:1px solid #e7e5e4;border-radius:12px;text-align:left\"><tr><td style=\"padding:28px 24px\">\n\
         <p style=\"margin:0 0 8px;font-size:13px;color:#57534e\">{from}</p>\n\
         <h1 style=\"margin:0 0 20px;font-size:22px;line-height:1.25;font-weight:600\">{subject}</h1>\n\
         {body}\n</td></tr></table>\n\
         <p style=\"margin:16px 0 0;font-size:12px;color:#57534e\">{footer}</p>\n\
         </td></tr></table>\n</body></html>\n"
    )
}

/// A text as it stands in HTML.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> Letter {
        Letter {
            language: "en",
            from: "Elm & Oak".to_owned(),
            subject: "You've been invited".to_owned(),
            paragraphs: vec!["Hello <b>Ana</b>,".to_owned()],
            button: Some(("Accept".to_owned(), "https://x.example/welcome#abc".to_owned())),
            notes: vec!["Once.".to_owned()],
            link_itself: "Or copy:".to_owned(),
            footer: "Sent by Elm & Oak.".to_owned(),
        }
    }

    #[test]
    fn what_people_type_is_text_and_never_markup() {
        let html = html(&letter());
        assert!(
            html.contains("Hello &lt;b&gt;Ana&lt;/b&gt;,") && !html.contains("<b>"),
            "{html}"
        );
        assert!(html.contains("Sent by Elm &amp; Oak."));
        assert!(html.contains("href=\"https://x.example/welcome#abc\""));
    }

    #[test]
    fn plain_text_has_everything_that_the_page_has() {
        assert_eq!(
            plain(&letter()),
            "Hello <b>Ana</b>,\n\nAccept:\nhttps://x.example/welcome#abc\n\nOnce.\n\n-- \nSent by Elm & Oak.\n"
        );
    }
}
