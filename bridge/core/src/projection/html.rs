//! Descriptions: providers keep them as HTML, calendar apps show plain text.

use std::borrow::Cow;

/// Tags that show that a text is HTML and not a text with angle brackets in it.
const TAGS: [&str; 22] = [
    "a",
    "b",
    "br",
    "div",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "head",
    "hr",
    "html",
    "html-blob",
    "i",
    "li",
    "ol",
    "p",
    "span",
    "strong",
    "table",
    "u",
    "ul",
];

/// Tags before which a new line begins.
const BLOCKS: [&str; 12] = [
    "div", "h1", "h2", "h3", "hr", "li", "ol", "p", "table", "tr", "ul", "body",
];

/// Whether a text is HTML: it has one of the tags that people's programs write.
pub fn looks_like_html(text: &str) -> bool {
    text.match_indices('<').any(|(at, _)| {
        let rest = text.get(at + 1..).unwrap_or_default();
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let length = rest.find(['>', '/', ' ', '\n', '\t']);
        let name = length.and_then(|length| rest.get(..length));
        name.is_some_and(|name| TAGS.iter().any(|tag| tag.eq_ignore_ascii_case(name)))
    })
}

/// Plain text as the HTML that reads back as the same text.
pub fn as_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 32);
    html.push_str("<span>");
    for char in text.chars() {
        match char {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '\n' => html.push_str("<br>"),
            _ => html.push(char),
        }
    }
    html.push_str("</span>");
    html
}

/// HTML as plain text: blocks become lines, a link is followed by where it leads, styles and comments vanish.
pub fn to_text(html: &str) -> String {
    let mut reader = Reader::default();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        reader.text(text);
        rest = reader.tag(tag);
    }
    reader.text(rest);
    let lines = reader.out.split('\n').map(str::trim_end);
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

#[derive(Default)]
struct Reader {
    out: String,
    /// Where the link that is open leads, and where its text begins.
    link: Option<(String, usize)>,
}

impl Reader {
    /// Takes in what stands between two tags; white space collapses.
    fn text(&mut self, text: &str) {
        for char in unescape(text).chars() {
            match char {
                ' ' | '\n' | '\r' | '\t' => {
                    if !self.out.is_empty() && !self.out.ends_with([' ', '\n']) {
                        self.out.push(' ');
                    }
                }
                '\u{a0}' => self.out.push(' '),
                _ => self.out.push(char),
            }
        }
    }

    /// Takes in a tag that `html` begins with and gives what comes after it.
    fn tag<'h>(&mut self, html: &'h str) -> &'h str {
        if let Some(comment) = html.strip_prefix("<!--") {
            return comment.split_once("-->").map_or("", |(_, rest)| rest);
        }
        let Some((tag, rest)) = html.get(1..).and_then(|html| html.split_once('>')) else {
            self.text(html);
            return "";
        };
        let is_end = tag.starts_with('/');
        let tag = tag.trim_start_matches('/');
        let name = tag.split([' ', '/', '\n', '\t']).next().unwrap_or_default();
        let name = name.to_ascii_lowercase();
        match name.as_str() {
            "style" | "script" | "head" | "title" if !is_end => return after_end(rest, &name),
            "br" => self.out.push('\n'),
            "a" if is_end => self.close_link(),
            "a" => self.link = href(tag).map(|href| (href, self.out.len())),
            _ if BLOCKS.contains(&name.as_str()) => {
                if !self.out.is_empty() && !self.out.ends_with('\n') {
                    self.out.push('\n');
                }
                if name == "li" && !is_end {
                    self.out.push_str("- ");
                }
            }
            _ => {}
        }
        rest
    }

    fn close_link(&mut self) {
        let Some((href, start)) = self.link.take() else {
            return;
        };
        let shown = self.out.get(start..).unwrap_or_default().trim();
        let same = href.trim_end_matches('/') == shown.trim_end_matches('/')
            || href.strip_prefix("mailto:") == Some(shown);
        if !same {
            self.out.push_str(" <");
            self.out.push_str(&href);
            self.out.push('>');
        }
    }
}

/// What comes after the end of an element whose content is not shown.
fn after_end<'h>(html: &'h str, name: &str) -> &'h str {
    let mut ends = html
        .match_indices("</")
        .filter_map(|(at, _)| html.get(at + 2..));
    let is_end = |rest: &&str| {
        let start = rest.get(..name.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(name))
    };
    let rest = ends.find(is_end).and_then(|rest| rest.split_once('>'));
    rest.map_or("", |(_, rest)| rest)
}

fn href(tag: &str) -> Option<String> {
    let at = tag.to_ascii_lowercase().find("href=")?;
    let value = tag.get(at + "href=".len()..)?;
    let quote = value.chars().next()?;
    let value = match quote {
        '"' | '\'' => value.get(1..)?.split(quote).next()?,
        _ => value.split([' ', '\n', '\t']).next()?,
    };
    (!value.is_empty()).then(|| unescape(value).into_owned())
}

/// Text without character references; one that is not known stays.
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let reference = after.split_once(';').filter(|(name, _)| name.len() < 10);
        let known = reference.and_then(|(name, rest)| Some((referred(name)?, rest)));
        if let Some((char, after)) = known {
            out.push(char);
            rest = after;
        } else {
            out.push('&');
            rest = after;
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn referred(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return char::from_u32(code.ok()?).filter(|char| *char == '\n' || !char.is_control());
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn p_30_html_is_read_as_people_see_it() {
        let cases = [
            (
                "<p>Dear&nbsp;all,</p><p>a &lt; b &amp; c</p>",
                "Dear all,\na < b & c",
            ),
            ("one<br>two<br/><br>three", "one\ntwo\n\nthree"),
            ("<ul><li>a</li><li>b</li></ul>end", "- a\n- b\nend"),
            (
                "<a href=\"https://x.example/?a=1&amp;b=2\">join</a>!",
                "join <https://x.example/?a=1&b=2>!",
            ),
            (
                "<a href='https://x.example/'>https://x.example</a>",
                "https://x.example",
            ),
            ("<style>p{}</style><!-- x --><b>bold</b>", "bold"),
            ("torn <b", "torn <b"),
            ("&#252;&#xfc;&unknown;&", "üü&unknown;&"),
        ];
        for (html, text) in cases {
            assert_eq!(to_text(html), text, "{html}");
        }
    }

    #[test]
    fn p_31_angle_brackets_alone_are_no_html() {
        for text in [
            "a < b > c",
            "<jo@clinic.example>",
            "x<y",
            "List<String>",
            "",
        ] {
            assert!(!looks_like_html(text), "{text}");
        }
        for html in ["a<br>b", "<P>x</P>", "see <a href=\"x\">y</a>", "</div>"] {
            assert!(looks_like_html(html), "{html}");
        }
    }

    proptest! {
        #[test]
        fn p_32_text_written_as_html_reads_back(words in prop::collection::vec("[a-zA-Z0-9<>&;\"'äß.-]{1,8}", 1..12), breaks in prop::collection::vec(any::<bool>(), 12)) {
            let mut text = String::new();
            for (word, line) in words.iter().zip(breaks) {
                if !text.is_empty() {
                    text.push(if line { '\n' } else { ' ' });
                }
                text.push_str(word);
            }
            let html = as_html(&text);
            prop_assert!(looks_like_html(&html));
            prop_assert_eq!(to_text(&html), text);
        }

        #[test]
        fn no_text_is_too_odd_to_be_read(text in ".{0,80}", tags in "[<>a/=&;#x! -]{0,40}") {
            to_text(&text);
            to_text(&tags);
        }
    }
}
