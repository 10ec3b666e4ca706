//! Tables, cell by cell.

use std::mem;
use std::ops::Range;

use super::super::fragment::Mark;
use super::super::tables;
use super::Writer;

/// A header cell that is open.
pub(super) struct HeaderCell {
    pub text: String,
    class: &'static str,
    start: Mark,
    inside: Mark,
}

impl Writer<'_> {
    pub(super) fn start_row(&mut self, range: &Range<usize>) {
        tables::check_row(self.body, range, self.table.columns(), self.report);
        self.table.start_row();
        if !mem::replace(&mut self.table.has_rows, true) {
            self.current.html.push_str("<tbody>\n");
        }
        self.start_block("<tr>");
    }

    pub(super) fn start_cell(&mut self) {
        let class = self.table.next_class();
        let start = self.current.mark();
        self.start_block(if self.table.in_head { "<th scope=\"col\"" } else { "<td" });
        self.current.html.push_str(class);
        self.current.html.push('>');
        if self.table.in_head {
            self.header_cell = Some(HeaderCell { text: String::new(), class, start, inside: self.current.mark() });
        }
    }

    pub(super) fn end_cell(&mut self) {
        let Some(cell) = self.header_cell.take() else {
            self.current.html.push_str("</td>");
            return;
        };
        if self.current.is_unchanged_since(cell.inside) {
            // An empty cell names no column: it is no header.
            self.current.truncate(cell.start);
            for piece in ["<td", cell.class, "></td>"] {
                self.current.html.push_str(piece);
            }
        } else {
            self.current.html.push_str("</th>");
        }
        self.table.name_column(cell.text);
    }

    pub(super) fn end_table_head(&mut self, range: Range<usize>) {
        let head = self.resume();
        self.table.in_head = false;
        if !self.table.has_header() {
            self.report.warning(
                range,
                "tableau-sans-titres",
                "la première ligne de ce tableau est vide",
                "donnez un titre à chaque colonne : qui écoute le tableau les entend devant chaque case",
            );
        }
        self.table_names.write_start(&self.table, &mut self.current.html);
        self.current.append(&head);
        self.current.html.push_str("</tr>\n</thead>\n");
    }

    pub(super) fn end_table(&mut self) {
        self.current.html.push_str(if self.table.has_rows {
            "</tbody>\n</table>\n</section>\n"
        } else {
            "</table>\n</section>\n"
        });
    }
}
