//! Links, images and code: what stands within a sentence.

use std::ops::Range;

use pulldown_cmark::{LinkType, Tag};

use super::super::fragment::Hole;
use super::super::report::quoted;
use super::super::{Link, LinkKind, escape, fences, links, meant};
use super::Writer;
use crate::lint;
use crate::typography::After;

/// A link that is open.
pub(super) struct OpenLink {
    /// `None` when the target was refused.
    index: Option<usize>,
    target: String,
    pub label: String,
    /// Whether its text is its address, which typography must leave alone.
    pub is_address: bool,
    /// Links within its text, which are none.
    nested: usize,
    range: Range<usize>,
}

/// An image that is open: all within it is its text alternative.
pub(super) struct OpenImage {
    target: String,
    title: String,
    pub alternative: String,
    /// Images within its text.
    nested: usize,
    range: Range<usize>,
}

impl OpenImage {
    pub fn new(target: String, title: String, range: Range<usize>) -> Self {
        Self { target, title, alternative: String::new(), nested: 0, range }
    }
}

impl Writer<'_> {
    pub(super) fn code(&mut self, code: &str, range: &Range<usize>) {
        let code = &fences::restored(code, &self.body[range.clone()]);
        if let Some(image) = &mut self.image {
            image.alternative.push_str(code);
            return;
        }
        self.flush(After::More);
        self.gather(code);
        self.typographer.skip_object();
        let html = &mut self.current.html;
        html.push_str("<code>");
        escape::escape_text(code, html);
        html.push_str("</code>");
    }

    pub(super) fn line_break(&mut self) {
        if let Some(image) = &mut self.image {
            image.alternative.push(' ');
            return;
        }
        self.flush(After::End);
        self.gather(" ");
        self.current.html.push_str("<br>\n");
        self.typographer.restart();
    }

    pub(super) fn use_reference(&mut self, link_type: LinkType, id: &str) {
        if matches!(link_type, LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut) {
            self.used_references.push(id.to_lowercase());
        }
    }

    pub(super) fn start_link(&mut self, link_type: LinkType, target: &str, title: &str, id: &str, range: Range<usize>) {
        self.use_reference(link_type, id);
        if let Some(open) = &mut self.link {
            open.nested += 1;
            self.report.warning(
                range,
                "lien-dans-lien",
                "ce lien est dans le texte d’un autre : il n’en sera pas un",
                "écrivez des mots entre les crochets, par exemple [la charte](charte.md)",
            );
            return;
        }
        if !title.is_empty() {
            self.report.warning(
                range.clone(),
                "lien-titre",
                format!("le titre « {} » de ce lien ne sera pas affiché", quoted(title)),
                "dites-le dans le texte du lien : un titre n’est lu ni au doigt ni au clavier",
            );
        }
        let target = if link_type == LinkType::Email { format!("mailto:{target}") } else { target.to_owned() };
        let target = links::checked_target(LinkKind::Link, &target, &range, self.report);
        let index = target.is_some().then(|| {
            self.document.links.push(Link {
                kind: LinkKind::Link,
                target: String::new(),
                label: String::new(),
                range: self.report.in_file(range.clone()),
                shows_weight: false,
                title: String::new(),
            });
            self.document.links.len() - 1
        });
        if let Some(index) = index {
            self.current.push(Hole::LinkStart(index));
        }
        self.link = Some(OpenLink {
            index,
            target: target.unwrap_or_default(),
            label: String::new(),
            is_address: matches!(link_type, LinkType::Autolink | LinkType::Email),
            nested: 0,
            range,
        });
    }

    pub(super) fn end_link(&mut self) {
        let Some(mut link) = self.link.take() else { return };
        if link.nested > 0 {
            link.nested -= 1;
            self.link = Some(link);
            return;
        }
        let Some(index) = link.index else { return };
        self.current.push(Hole::LinkEnd(index));
        meant::check_lost_image(self.body, &link.label, &link.target, &link.range, self.report);
        if links::scheme(&link.target) != Some("etablissement") {
            links::check_label(&link.label, &link.target, &link.range, self.report);
        }
        if let Some(address) = link.target.strip_prefix("mailto:") {
            lint::check_mail(address.split('?').next().unwrap_or_default(), &link.range, self.report);
        }
        let kept = &mut self.document.links[index];
        kept.target = link.target;
        kept.label = link.label;
    }

    pub(super) fn start_within_image(&mut self, tag: &Tag<'_>) {
        if let (Some(image), Tag::Image { .. }) = (&mut self.image, tag) {
            image.nested += 1;
        }
    }

    pub(super) fn end_image(&mut self, mut image: OpenImage) {
        if image.nested > 0 {
            image.nested -= 1;
            self.image = Some(image);
            return;
        }
        let mut label = image.alternative.replace('\n', " ");
        links::check_alternative(&label, &image.target, &image.range, self.report);
        let Some(target) = links::checked_target(LinkKind::Image, &image.target, &image.range, self.report) else {
            return;
        };
        if label.trim() == "décoratif" {
            label.clear();
        }
        if links::scheme(&target).is_some() {
            self.image_elsewhere(target, label, image.range);
            return;
        }
        self.gather(&label);
        self.typographer.skip_object();
        self.current.push(Hole::Image(self.document.links.len()));
        self.document.links.push(Link {
            kind: LinkKind::Image,
            target,
            label,
            range: self.report.in_file(image.range),
            shows_weight: false,
            title: image.title,
        });
    }

    /// A link to an image of another site, which would otherwise learn who reads the page.
    fn image_elsewhere(&mut self, target: String, label: String, range: Range<usize>) {
        let text = if label.trim().is_empty() { target.clone() } else { label };
        let index = self.link.is_none().then_some(self.document.links.len());
        if let Some(index) = index {
            self.current.push(Hole::LinkStart(index));
        }
        self.gather(&text);
        self.typographer.write::<true>(&text, After::More, &mut self.current.html);
        if let Some(index) = index {
            self.current.push(Hole::LinkEnd(index));
            let range = self.report.in_file(range);
            self.document.links.push(Link {
                kind: LinkKind::Link,
                target,
                label: text,
                range,
                shows_weight: false,
                title: String::new(),
            });
        }
    }
}
