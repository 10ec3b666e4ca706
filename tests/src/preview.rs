//! What an editor sees of their work before it is published: `generator serve`.

use crate::portal::Running;
use crate::{Site, Visitor, programs};

/// A preview that runs until the value goes away.
pub struct Preview {
    address: String,
    _program: Running,
}

impl Preview {
    /// Starts the program in the folder of `site`, and waits until it answers.
    pub fn start(site: &Site, arguments: &[&str]) -> Self {
        let words = [&["serve", "--listen", "127.0.0.1:0"], arguments].concat();
        let mut program = Running::start(programs::generator(), site, &words);
        Self { address: program.address(), _program: program }
    }

    /// The editor's browser.
    pub fn visitor(&self) -> Visitor {
        Visitor::of(&self.address)
    }
}
