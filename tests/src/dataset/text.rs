//! Words and lines: what people write into events, folded as RFC 5545 section 3.1 asks.

use rand::Rng as _;
use rand::rngs::StdRng;

const WORDS: [&str; 40] = [
    "Visite",
    "Übergabe",
    "Sprechstunde",
    "Fortbildung",
    "Onkologie",
    "Kardiologie",
    "Besuch",
    "Besprechung",
    "Station",
    "Labor",
    "Befund",
    "Patientenakte",
    "Rückruf",
    "Überweisung",
    "Röntgen",
    "Studie",
    "Protokoll",
    "meeting",
    "with",
    "the",
    "representative",
    "about",
    "new",
    "guidelines",
    "please",
    "bring",
    "documents",
    "room",
    "floor",
    "second",
    "agenda",
    "follow-up",
    "questions",
    "and",
    "coffee",
    "Ärztekammer",
    "für",
    "nächste",
    "Woche",
    "日程",
];

/// People who are invited: common name and address.
pub(super) const PEOPLE: [(&str, &str); 8] = [
    ("Dr. Anna Müller", "anna.mueller@klinik.example"),
    ("Ben Schäfer", "ben.schaefer@klinik.example"),
    ("Chloé Martin", "chloe.martin@pharma.example"),
    ("\"Novak, Daniela\"", "daniela.novak@pharma.example"),
    ("Prof. Erik Sørensen", "erik@uni.example"),
    ("Fatma Yılmaz", "fatma.yilmaz@praxis.example"),
    ("Station 4", "station4@klinik.example"),
    ("Raum B2.17", "raum-b217@klinik.example"),
];

/// A sentence of `count` words.
pub(super) fn words(rng: &mut StdRng, count: usize) -> String {
    let word = |_| {
        WORDS
            .get(rng.random_range(0..WORDS.len()))
            .copied()
            .unwrap_or_default()
    };
    (0..count).map(word).collect::<Vec<_>>().join(" ")
}

/// Several sentences as a `DESCRIPTION` holds them, with escaped commas and line ends.
pub(super) fn paragraphs(rng: &mut StdRng) -> String {
    let sentences = rng.random_range(4..14);
    let sentence = |_| {
        let count = rng.random_range(5..14);
        words(rng, count)
    };
    (0..sentences)
        .map(sentence)
        .collect::<Vec<_>>()
        .join("\\, \\n")
}

/// Appends one content line, folded at 75 octets between characters.
pub fn fold_into(out: &mut String, line: &str) {
    const LIMIT: usize = 75;
    let mut width = 0;
    for character in line.chars() {
        let octets = character.len_utf8();
        if width + octets > LIMIT {
            out.push_str("\r\n ");
            width = 1;
        }
        out.push(character);
        width += octets;
    }
    out.push_str("\r\n");
}
