//! What a mapping may hold, noted by the very functions that read it.
//!
//! A kind of content takes its keys from [`Fields`](crate::fields::Fields). Run over fields that
//! describe instead of reading, the same function leaves here each key that it asked for: its
//! names, the form of its value, whether it must be there. So a schema cannot say anything else
//! than the reader does. Nothing here knows JSON or French; that is [`crate::schema`]'s part.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Mappings are nested no deeper than this (a form, its groups, their fields, their options).
const DEEPEST: usize = 4;

/// The keys that a mapping may have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// In the order in which they are read.
    pub keys: Vec<Key>,
    /// Whether any other key may stand there too (`documents:`).
    pub free: bool,
}

/// One key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The French name.
    pub name: &'static str,
    /// The English doubles.
    pub aliases: Vec<&'static str>,
    /// What its value looks like.
    pub form: Form,
    /// Whether it must be there.
    pub required: bool,
    /// The words of `type:` with which it may stand; with all of them when there is none.
    pub only_with: Vec<&'static str>,
    /// The words of `type:` with which it must stand.
    pub required_with: Vec<&'static str>,
}

/// What a value looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// Nothing is known of it.
    Any,
    /// A text.
    Text,
    /// A list of texts.
    Texts,
    /// `oui` or `non`.
    YesNo,
    /// A whole number.
    Integer,
    /// A whole number from 0.
    Count,
    /// A date.
    Date,
    /// A date, with or without a time.
    DateTime,
    /// A time of day.
    Time,
    /// How long: a number of days, months or years.
    Duration,
    /// A web address.
    Address,
    /// One number and no other.
    Exactly(i64),
    /// One word of a list.
    Choice(Vec<&'static str>),
    /// A list of such words.
    Choices(Vec<&'static str>),
    /// One such word, or a list of them.
    ChoiceOrChoices(Vec<&'static str>),
    /// A text, or a mapping whose only key `exemple` is one.
    TextOrExample,
    /// A mapping.
    Map(Shape),
    /// A list of mappings.
    Maps(Shape),
}

impl Shape {
    /// The shape that `take` reads.
    ///
    /// A key is required when its absence is complained of, and a mapping shows its own keys only
    /// when it is there: so `take` is run with more and more of the nested mappings present.
    pub(crate) fn of(take: impl Fn(Rc<Recorder>)) -> Self {
        let mut shape = Self::default();
        for present in 0..=DEEPEST {
            let recorder = Rc::new(Recorder { present, ..Recorder::default() });
            take(Rc::clone(&recorder));
            shape.merge(recorder.shape());
        }
        shape
    }

    /// The key of that French name.
    pub fn key(&self, name: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    fn merge(&mut self, other: Self) {
        self.free |= other.free;
        for key in other.keys {
            match self.keys.iter_mut().find(|known| known.name == key.name) {
                Some(known) => known.merge(key),
                None => self.keys.push(key),
            }
        }
    }
}

impl Key {
    fn merge(&mut self, other: Self) {
        self.required |= other.required;
        for word in other.required_with {
            add(&mut self.required_with, word);
        }
        match (&mut self.form, other.form) {
            (Form::Map(mine), Form::Map(theirs)) | (Form::Maps(mine), Form::Maps(theirs)) => mine.merge(theirs),
            (form @ Form::Any, theirs) => *form = theirs,
            _ => {}
        }
    }
}

fn add(words: &mut Vec<&'static str>, word: &'static str) {
    if !words.contains(&word) {
        words.push(word);
    }
}

/// What one mapping was asked for, so far.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    /// Mappings at a level below this one are taken as written, the others as absent.
    present: usize,
    level: usize,
    keys: RefCell<Vec<Key>>,
    inner: RefCell<Vec<(&'static str, Rc<Recorder>)>>,
    /// The list that was asked for last: whose items are read next.
    list: RefCell<Option<Rc<Recorder>>>,
    free: Cell<bool>,
    /// The word of `type:` under which keys are asked for at the moment.
    with: Cell<Option<&'static str>>,
}

impl Recorder {
    /// Notes that a key was asked for.
    pub(crate) fn note(&self, names: &'static str, form: Form) {
        let mut names = names.split('|');
        let name = names.next().unwrap_or_default();
        let mut keys = self.keys.borrow_mut();
        if let Some(key) = keys.iter_mut().find(|key| key.name == name) {
            if key.form == Form::Any {
                key.form = form;
            }
            if let Some(word) = self.with.get().filter(|_| !key.only_with.is_empty()) {
                add(&mut key.only_with, word);
            }
            return;
        }
        let only_with = self.with.get().into_iter().collect();
        let aliases = names.collect();
        keys.push(Key { name, aliases, form, required: false, only_with, required_with: Vec::new() });
    }

    /// Notes that a key must be there.
    pub(crate) fn require(&self, names: &'static str) {
        self.note(names, Form::Any);
        let name = names.split('|').next().unwrap_or_default();
        for key in self.keys.borrow_mut().iter_mut().filter(|key| key.name == name) {
            match self.with.get() {
                Some(word) => add(&mut key.required_with, word),
                None => key.required = true,
            }
        }
    }

    /// Notes that any other key may stand there.
    pub(crate) fn set_free(&self) {
        self.free.set(true);
    }

    /// Notes what `take` asks for as belonging to one word of `type:`.
    pub(crate) fn with(&self, word: &'static str, take: impl FnOnce()) {
        self.with.set(Some(word));
        take();
        self.with.set(None);
    }

    /// The recorder of the mapping under a key; `None` while it is to be absent.
    pub(crate) fn map(&self, names: &'static str) -> Option<Rc<Self>> {
        self.note(names, Form::Map(Shape::default()));
        self.below(names)
    }

    /// Whether the list under a key is to have an item, which [`item`](Self::item) then records.
    pub(crate) fn list(&self, names: &'static str) -> bool {
        self.note(names, Form::Maps(Shape::default()));
        let inner = self.below(names);
        let there = inner.is_some();
        self.list.replace(inner);
        there
    }

    /// The recorder of an item of the list that was asked for last.
    pub(crate) fn item(&self) -> Option<Rc<Self>> {
        self.list.borrow().clone()
    }

    fn below(&self, names: &'static str) -> Option<Rc<Self>> {
        if self.level >= self.present {
            return None;
        }
        let name = names.split('|').next().unwrap_or_default();
        let mut inner = self.inner.borrow_mut();
        if let Some((_, known)) = inner.iter().find(|(known, _)| *known == name) {
            return Some(Rc::clone(known));
        }
        let recorder = Rc::new(Self { present: self.present, level: self.level + 1, ..Self::default() });
        inner.push((name, Rc::clone(&recorder)));
        Some(recorder)
    }

    fn shape(&self) -> Shape {
        let inner = self.inner.borrow();
        let inner_shape = |name| inner.iter().find(|(known, _)| *known == name).map(|(_, inner)| inner.shape());
        let mut keys = self.keys.borrow().clone();
        for key in &mut keys {
            if let Form::Map(shape) | Form::Maps(shape) = &mut key.form {
                *shape = inner_shape(key.name).unwrap_or_else(|| std::mem::take(shape));
            }
        }
        Shape { keys, free: self.free.get() }
    }
}
