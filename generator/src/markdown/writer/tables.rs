//! Tables, cell by cell.

use std::ops::Range;

use super::Writer;

impl Writer<'_> {
    pub(super) fn start_cell(&mut self) {
        let class = self.table.next_class();
        if self.table.in_head {
            self.cell = Some(String::new());
            self.start_block("<th scope=\"col\"");
        } else {
            self.start_block("<td");
        }
        self.current.html.push_str(class);
        self.current.html.push('>');
    }

    pub(super) fn end_cell(&mut self) {
        if let Some(text) = self.cell.take() {
            self.table.name_column(text);
            self.current.html.push_str("</th>");
        } else {
            self.current.html.push_str("</td>");
        }
    }

    pub(super) fn end_table_head(&mut self, range: Range<usize>) {
        let head = self.resume();
        self.table.in_head = false;
        if !self.table.has_header() {
            self.report.warning(
                range,
                "tableau-sans-titres",
                "la première ligne de ce tableau est vide",
                "donnez un titre à chaque colonne : qui écoute le tableau les entend devant chaque case",
            );
        }
        self.table_names.write_start(&self.table, &mut self.current.html);
        self.current.append(&head);
        self.current.html.push_str("</tr>\n</thead>\n<tbody>\n");
    }
}
