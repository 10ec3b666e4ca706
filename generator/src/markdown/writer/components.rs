//! The blocks of an editor: opened and closed by `:::`, checked, put side by side.

use std::ops::Range;

use super::super::component::{Component, alert_of, named_person};
use super::super::fragment::Mark;
use super::super::report::quoted;
use super::super::{LinkKind, escape, links};
use super::Writer;
use crate::diagnostic::nearest;
use crate::typography::french_text;

/// A block that is open.
pub(super) struct OpenComponent {
    /// `None` when it was reported: only its end is awaited.
    component: Option<Component>,
    /// How many elements of Markdown were open around it.
    depth: usize,
    /// How many tags of the author were.
    tags: usize,
    /// Before its HTML, and after its title.
    start: Mark,
    inside: Mark,
    /// How many links came before it.
    links: usize,
    /// Of a video, the end of the link and of its still, once there is one.
    media_end: usize,
    has_link: bool,
    /// Whether an end was found where it closes nothing, and reported.
    has_misplaced_end: bool,
    /// The line that opens it.
    range: Range<usize>,
}

/// The last block that was closed, in the fragment that is being written.
pub(super) struct ClosedComponent {
    component: Component,
    start: Mark,
    end: Mark,
}

impl Writer<'_> {
    /// Deals with a line of colons; `fence` is what stands after them.
    pub(super) fn fence(&mut self, fence: &str, range: Range<usize>) {
        // The line is an HTML block to the parser: it stands in the element around that.
        let depth = self.depth - 1;
        let range = trimmed(self.body, range);
        if fence.is_empty() { self.close_fence(depth, range) } else { self.open_fence(fence, depth, range) }
    }

    fn open_fence(&mut self, fence: &str, depth: usize, range: Range<usize>) {
        let open = self.components.len();
        self.close_components_of(depth);
        // The end of the block around may still come: it was told that this one is not closed.
        self.ends_to_come = open - self.components.len();
        let component = self.component_of(fence, &range);
        let (start, links) = (self.current.mark(), self.document.links.len());
        let component = component.map(|(component, title)| {
            self.write_component_start(component, title);
            component
        });
        let inside = self.current.mark();
        self.components.push(OpenComponent {
            component,
            depth,
            tags: self.open_tags.len(),
            start,
            inside,
            links,
            media_end: inside.at(),
            has_link: false,
            has_misplaced_end: false,
            range,
        });
    }

    /// The block that a fence opens, if it may stand here.
    fn component_of<'f>(&mut self, fence: &'f str, range: &Range<usize>) -> Option<(Component, &'f str)> {
        if !self.components.is_empty() {
            self.report.error(
                range.clone(),
                "bloc-imbrique",
                "un bloc ne peut pas en contenir un autre",
                "fermez d’abord celui qui est ouvert, par « ::: » seul au début d’une ligne",
            );
            return None;
        }
        match Component::of_fence(fence) {
            Ok(found) => Some(found),
            Err(name) => {
                let help = match (nearest(name, Component::NAMES), alert_of(name)) {
                    (_, Some(alert)) => {
                        format!("pour un encart, écrivez « > [!{alert}] », et « > » devant chaque ligne")
                    }
                    (Some(near), None) => format!("vouliez-vous dire « ::: {near} » ?"),
                    (None, None) => format!("les blocs sont : {}", Component::NAMES.join(", ")),
                };
                self.report.error(
                    range.clone(),
                    "bloc-inconnu",
                    format!("le bloc « {} » n’existe pas", quoted(name)),
                    help,
                );
                self.write_lost_title(fence[name.len()..].trim());
                None
            }
        }
    }

    fn write_component_start(&mut self, component: Component, title: &str) {
        let separator = if title.is_empty() { "" } else { " : " };
        let title = format!("{}{separator}{title}", component.title());
        let html = &mut self.current.html;
        if !html.is_empty() && !html.ends_with('\n') {
            html.push('\n');
        }
        html.push_str("<div class=\"bloc bloc--");
        html.push_str(component.name());
        html.push_str("\" role=\"group\" aria-label=\"");
        escape::escape_attribute(&french_text(&title), html);
        html.push_str("\">\n<p class=\"bloc__titre\">");
        escape::escape_text(&french_text(&title), html);
        html.push_str("</p>\n");
    }

    /// The title of a block that does not exist: it is words of the page, which a lenient build shows.
    fn write_lost_title(&mut self, title: &str) {
        if !title.is_empty() {
            let html = &mut self.current.html;
            html.push_str("<p><strong>");
            escape::escape_text(&french_text(title), html);
            html.push_str("</strong></p>\n");
        }
    }

    fn close_fence(&mut self, depth: usize, range: Range<usize>) {
        match self.components.last_mut() {
            Some(open) if open.depth == depth => self.close_component(Some(&range)),
            Some(open) => {
                open.has_misplaced_end = true;
                self.report.error(
                    range,
                    "bloc-mal-ferme",
                    "cette ligne « ::: » est dans une liste ou une citation : elle ne ferme pas le bloc",
                    "mettez-la tout au début de la ligne, après une ligne vide",
                );
            }
            None if self.ends_to_come > 0 => self.ends_to_come -= 1,
            None => self.report.error(
                range,
                "bloc-sans-debut",
                "rien n’ouvre le bloc que cette ligne « ::: » ferme",
                format!(
                    "ouvrez-le plus haut par « ::: » et son nom ({}), ou retirez cette ligne",
                    Component::NAMES.join(", ")
                ),
            ),
        }
    }

    /// Closes, and reports, the blocks that stand directly in the element `depth`, or deeper.
    pub(super) fn close_components_of(&mut self, depth: usize) {
        while self.components.last().is_some_and(|open| open.depth >= depth) {
            self.close_component(None);
        }
    }

    /// As [`close_components_of`](Self::close_components_of), before a title that no block may hold.
    pub(super) fn close_components_before_title(&mut self) {
        if self.components.last().is_some_and(|open| open.depth + 1 == self.depth) {
            self.close_components_of(self.depth - 1);
            self.ends_to_come += 1;
        }
    }

    /// Closes, and reports, the blocks that were opened within the author's last tag: it ends here.
    pub(super) fn close_components_within_last_tag(&mut self) {
        while self.components.last().is_some_and(|open| open.tags == self.open_tags.len() && open.tags > 0) {
            self.close_component(None);
            self.ends_to_come += 1;
        }
    }

    /// Closes the last block, at its end or where it has to.
    fn close_component(&mut self, end: Option<&Range<usize>>) {
        let Some(tags) = self.components.last().map(|open| open.tags) else { return };
        self.close_tags_beyond(tags);
        let Some(open) = self.components.pop() else { return };
        let Some(component) = open.component else { return };
        if end.is_none() {
            if !open.has_misplaced_end {
                self.report.error(
                    open.range.clone(),
                    "bloc-non-ferme",
                    format!("le bloc « {} » n’est pas fermé", component.name()),
                    "écrivez « ::: » seul sur une ligne, au début, là où il finit ; ni titre « ## » ni autre bloc n’y ont leur place",
                );
            }
        } else if self.current.is_unchanged_since(open.inside) {
            self.report.error(
                open.range.clone(),
                "bloc-vide",
                format!("le bloc « {} » est vide", component.name()),
                "écrivez son texte entre ses deux lignes « ::: », ou retirez-le",
            );
        } else {
            self.check_component(component, &open, end.map_or(open.range.end, |end| end.start));
        }
        self.current.html.push_str("</div>\n");
        self.put_side_by_side(component, open.start);
    }

    fn check_component(&mut self, component: Component, open: &OpenComponent, end: usize) {
        match component {
            Component::Do | Component::Dont | Component::Essential => {}
            Component::Contact => self.check_contact(open.range.end..end),
            Component::Download => {
                if self.mark_downloads(open.links) == 0 {
                    self.report.error(
                        open.range.clone(),
                        "telecharger-sans-fichier",
                        "ce bloc ne propose aucun fichier à télécharger",
                        "faites un lien vers un fichier du dossier de contenu, par exemple [l’affiche](affiche.pdf)",
                    );
                }
            }
            Component::Video => {
                self.mark_downloads(open.links);
                self.finish_video(open);
            }
        }
    }

    /// A page never names a person, and a block that says whom to reach is where one would.
    fn check_contact(&self, range: Range<usize>) {
        let start = range.start;
        if let Some(found) = named_person(&self.body[range]) {
            let place = start + found.start..start + found.end;
            self.report.warning(
                place.clone(),
                "contact-nom",
                format!("« {} » nomme une personne", quoted(&self.body[place])),
                "écrivez sa fonction, par exemple « la cadre de proximité » : elle reste juste quand la personne change",
            );
        }
    }

    /// Has the type and the weight of files shown in the links from `first` on; gives how many.
    fn mark_downloads(&mut self, first: usize) -> usize {
        let mut count = 0;
        for link in &mut self.document.links[first..] {
            link.shows_weight = link.kind == LinkKind::Link && links::is_file(&link.target);
            count += usize::from(link.shows_weight);
        }
        count
    }

    /// Notes the end of a paragraph: of a video, it may be the link or the still.
    pub(super) fn note_media(&mut self, is_image: bool) {
        let Some(open) = self.components.last_mut() else { return };
        if open.component != Some(Component::Video) || open.depth + 1 != self.depth {
            return;
        }
        let is_first = self.paragraph.at() == open.media_end + "<p>".len();
        let has_link = self.document.links[open.links..].iter().any(|link| link.kind == LinkKind::Link);
        if is_first && (is_image || has_link && !open.has_link) {
            open.media_end = self.current.html.len();
            open.has_link |= has_link;
        }
    }

    /// What follows the link and the still of a video is its transcript.
    fn finish_video(&mut self, open: &OpenComponent) {
        if !open.has_link {
            self.report.error(
                open.range.clone(),
                "video-sans-lien",
                "ce bloc ne commence pas par un lien vers la vidéo",
                "écrivez d’abord [Voir la vidéo](adresse), seul dans son paragraphe, puis la transcription",
            );
        } else if self.current.html.len() == open.media_end {
            self.report.error(
                open.range.clone(),
                "video-sans-transcription",
                "cette vidéo n’a pas de transcription",
                "écrivez sous le lien tout ce qui s’y dit et s’y montre, pour qui ne peut ni la voir ni l’entendre",
            );
        } else {
            self.current
                .insert(open.media_end, "<details class=\"bloc__transcription\"><summary>Transcription</summary>\n");
            self.current.html.push_str("</details>\n");
        }
    }

    /// What is to be done and what is not, one after the other, are shown side by side.
    fn put_side_by_side(&mut self, component: Component, start: Mark) {
        match self.closed_component.take() {
            Some(before) if before.component.is_paired_with(component) && before.end == start => {
                self.current.insert(before.start.at(), "<div class=\"blocs\">\n");
                self.current.html.push_str("</div>\n");
            }
            _ => self.closed_component = Some(ClosedComponent { component, start, end: self.current.mark() }),
        }
    }
}

/// The range without the spaces and the end of line around it.
fn trimmed(body: &str, range: Range<usize>) -> Range<usize> {
    let line = &body[range.clone()];
    let start = range.end - line.trim_start().len();
    start..start + line.trim().len()
}
