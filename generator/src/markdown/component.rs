//! The blocks that an editor opens with `::: nom` and closes with `:::`.

use crate::slug::fold;

/// What a block is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Component {
    /// What is to be done: a list.
    Do,
    /// What is not to be done: a list.
    Dont,
    /// What to keep in mind.
    Essential,
    /// A function to reach, with its telephone and its hours.
    Contact,
    /// Links to files, whose type and weight are shown.
    Download,
    /// A link to a video, a still of it, and its transcript.
    Video,
}

use Component::{Contact, Do, Dont, Download, Essential, Video};

impl Component {
    const ALL: [Self; 6] = [Do, Dont, Essential, Contact, Download, Video];

    /// The names that an editor may write.
    pub const NAMES: [&'static str; 6] = ["faire", "ne-pas-faire", "essentiel", "contact", "telecharger", "video"];

    /// The block that stands at the start of a fence, and the title after its name.
    pub fn of_fence(fence: &str) -> Result<(Self, &str), &str> {
        let end = fence.find(char::is_whitespace).unwrap_or(fence.len());
        let (name, title) = fence.split_at(end);
        let title = title.trim();
        // « À faire », as its title has it.
        let (folded, title) = match title.split_once(char::is_whitespace).unwrap_or((title, "")) {
            (word, rest) if fold(name) == "a" => (fold(word), rest.trim_start()),
            _ => (fold(name), title),
        };
        if let Some(component) = Self::ALL.into_iter().find(|component| component.name() == folded) {
            return Ok((component, title));
        }
        // « ne pas faire », as one says it.
        let said = ["pas", "faire"].iter().try_fold(title, |rest, word| {
            let (first, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            (fold(first) == *word).then_some(rest.trim_start())
        });
        match said {
            Some(title) if folded == "ne" => Ok((Dont, title)),
            _ => Err(name),
        }
    }

    /// Its name, which is also the end of its class.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// What its title says, before the one that the editor gave.
    pub fn title(self) -> &'static str {
        match self {
            Do => "À faire",
            Dont => "À ne pas faire",
            Essential => "L’essentiel",
            Contact => "Contact",
            Download => "À télécharger",
            Video => "Vidéo",
        }
    }

    /// Whether the two are shown side by side.
    pub fn is_paired_with(self, other: Self) -> bool {
        matches!((self, other), (Do, Dont) | (Dont, Do))
    }
}

/// The alert that an editor may have meant, in the words of other tools.
pub(super) fn alert_of(name: &str) -> Option<&'static str> {
    Some(match fold(name).as_str() {
        "note" | "info" | "remarque" | "a-noter" => "NOTE",
        "tip" | "astuce" | "conseil" | "hint" | "success" => "TIP",
        "important" => "IMPORTANT",
        "warning" | "attention" | "avertissement" => "WARNING",
        "caution" | "danger" => "CAUTION",
        _ => return None,
    })
}

/// A person who is named by their title in `text`, with the bytes of it: « Mme Martin ».
pub(super) fn named_person(text: &str) -> Option<std::ops::Range<usize>> {
    const TITLES: [&str; 10] = ["M.", "Mme", "Mlle", "Dr", "Dr.", "Pr", "Pr.", "Docteur", "Madame", "Monsieur"];
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        let bare = word.trim_start_matches(|c: char| !c.is_alphanumeric());
        if TITLES.contains(&bare)
            && let Some(name) = words.peek()
            && name.starts_with(char::is_uppercase)
        {
            let end =
                name.as_ptr() as usize - text.as_ptr() as usize + name.trim_end_matches([',', '.', ';', ')']).len();
            return Some(start + word.len() - bare.len()..end);
        }
    }
    None
}
