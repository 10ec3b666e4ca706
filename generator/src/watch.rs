//! Tells when something in the content or the theme may have changed.
//!
//! What the system reports is a hint: some changes come several times, some are never told one
//! by one, an editor saves by renaming. So a call that names places, as soon as they are known, is
//! followed by one that names none and means "look at everything again". Whoever is called compares.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::Context;
use notify::event::ModifyKind;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::inventory::{Changed, MANY};

/// Saving one file makes several events: the call comes once nothing was heard for this long.
const QUIET: Duration = Duration::from_millis(3);

/// As [`QUIET`], when more than [`FEW`] places changed: a `git checkout` changes thousands, and a
/// build in the middle would report pages that are about to come.
const QUIET_OF_MANY: Duration = Duration::from_millis(100);

/// How many places the saving of one file may concern, its swap files included.
const FEW: usize = 8;

/// Everything is looked at again once nothing was heard for this long.
const SETTLED: Duration = Duration::from_millis(500);

/// The call comes after this long even if it never gets quiet.
const PATIENCE: Duration = Duration::from_secs(2);

/// Watches until it is dropped.
#[must_use = "watching ends when the guard is dropped"]
pub struct Guard {
    stopped: Arc<AtomicBool>,
    watcher: Option<Source>,
    caller: Option<JoinHandle<()>>,
}

/// What wakes the caller; it ends when this is dropped.
enum Source {
    System { _watcher: Arc<Mutex<RecommendedWatcher>> },
    Clock { _tick: Sender<Changed> },
}

/// Calls `on_change` again and again, on a thread of its own, whether or not something changed: where
/// the system tells of no change, as on many network disks.
///
/// # Errors
/// When the system gives no thread.
pub fn poll(every: Duration, mut on_change: impl FnMut(&Changed) + Send + 'static) -> anyhow::Result<Guard> {
    let (tick, ticks) = mpsc::channel();
    let caller = thread::Builder::new()
        .name("poll".to_owned())
        .spawn(move || {
            while ticks.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
                on_change(&Changed::Anything);
            }
        })
        .context("surveillance des fichiers")?;
    Ok(Guard { stopped: Arc::default(), watcher: Some(Source::Clock { _tick: tick }), caller: Some(caller) })
}

/// Calls `on_change`, on a thread of its own and never twice at a time, after something changed
/// in these folders (with all they hold) or files. Hidden files and folders are not listened to:
/// a mere `git status` writes in `.git`.
///
/// # Errors
/// When a path does not exist, or the system allows no more watches.
pub fn watch(paths: Vec<PathBuf>, mut on_change: impl FnMut(&Changed) + Send + 'static) -> anyhow::Result<Guard> {
    let mut roots = Vec::with_capacity(paths.len());
    for path in paths {
        // Events name files by their real place.
        let real = path
            .canonicalize()
            .with_context(|| format!("« {} » n’existe pas ou ne peut pas être lu", path.display()))?;
        roots.push(real);
    }
    let (hint, hints) = mpsc::channel();
    let concerned = roots.clone();
    let is_replaced = Arc::new(AtomicBool::new(false));
    let replaced = Arc::clone(&is_replaced);
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        if event.as_ref().is_ok_and(|event| may_replace(event, &concerned)) {
            replaced.store(true, Ordering::Release);
        }
        // An error may hide changes, so it is a hint as well.
        let changed = event.map_or(Some(Changed::Anything), |event| changed(&event, &concerned));
        if let Some(changed) = changed {
            // It fails when nobody listens any more, and then nobody misses it.
            let _ = hint.send(changed);
        }
    })
    .context("surveillance des fichiers")?;
    for path in &roots {
        // A file is watched through its folder: many editors save by putting another file there.
        let (folder, mode) = match path.parent() {
            Some(parent) if !path.is_dir() => (parent, RecursiveMode::NonRecursive),
            _ => (path.as_path(), RecursiveMode::Recursive),
        };
        watcher.watch(folder, mode).with_context(|| format!("surveillance de « {} »", path.display()))?;
        // Only the folder above hears of one that comes back once it was removed.
        if let Some(above) = path.parent().filter(|_| mode == RecursiveMode::Recursive) {
            let _ = watcher.watch(above, RecursiveMode::NonRecursive);
        }
    }

    let folders: Vec<PathBuf> = roots.into_iter().filter(|root| root.is_dir()).collect();
    let watcher = Arc::new(Mutex::new(watcher));
    // Not kept alive by its listener: it ends when the guard lets go of it.
    let source = Arc::downgrade(&watcher);
    let stopped = Arc::new(AtomicBool::new(false));
    let is_stopped = stopped.clone();
    let caller = thread::Builder::new()
        .name("watch".to_owned())
        .spawn(move || {
            let mut is_settled = true;
            while let Some(changed) = next_change(&hints, is_settled) {
                if is_stopped.load(Ordering::Acquire) {
                    break;
                }
                if is_replaced.swap(false, Ordering::AcqRel)
                    && let Some(source) = source.upgrade()
                {
                    watch_again(&folders, &mut source.lock().unwrap_or_else(PoisonError::into_inner));
                }
                on_change(&changed);
                is_settled = changed == Changed::Anything;
            }
        })
        .context("surveillance des fichiers")?;
    Ok(Guard { stopped, watcher: Some(Source::System { _watcher: watcher }), caller: Some(caller) })
}

/// Whether a watched folder itself came, went or was renamed: another one may bear its name now.
fn may_replace(event: &Event, watched: &[PathBuf]) -> bool {
    matches!(event.kind, EventKind::Create(_) | EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)))
        && event.paths.iter().any(|path| watched.contains(path))
}

/// Watches the folders that now bear these names; one that is gone is heard of again when it comes back.
fn watch_again(folders: &[PathBuf], watcher: &mut RecommendedWatcher) {
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        // Of one that was removed nothing is watched any more.
        let _ = watcher.unwatch(folder);
        let _ = watcher.watch(folder, RecursiveMode::Recursive);
    }
}

/// Waits for a change, then until it is quiet, and says what changed. Of a change that is not
/// settled yet, gives [`Changed::Anything`] when no other follows. `None` when there is nobody left
/// to wait for.
fn next_change(hints: &Receiver<Changed>, is_settled: bool) -> Option<Changed> {
    let first = if is_settled {
        hints.recv().ok()?
    } else {
        match hints.recv_timeout(SETTLED) {
            Ok(first) => first,
            Err(RecvTimeoutError::Timeout) => return Some(Changed::Anything),
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    };
    let start = Instant::now();
    let mut all = first;
    while start.elapsed() < PATIENCE {
        let quiet = match &all {
            Changed::Places(places) if places.len() <= FEW => QUIET,
            _ => QUIET_OF_MANY,
        };
        match hints.recv_timeout(quiet) {
            Ok(more) => all = together(all, more),
            Err(RecvTimeoutError::Timeout) => break,
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
    Some(all)
}

fn together(one: Changed, other: Changed) -> Changed {
    match (one, other) {
        (Changed::Places(mut places), Changed::Places(more)) => {
            for place in more {
                if !places.contains(&place) {
                    places.push(place);
                }
            }
            if places.len() <= MANY { Changed::Places(places) } else { Changed::Anything }
        }
        _ => Changed::Anything,
    }
}

/// What an event may have changed of the watched files. Reading is no change: builds read.
fn changed(event: &Event, watched: &[PathBuf]) -> Option<Changed> {
    if event.need_rescan() {
        return Some(Changed::Anything);
    }
    if matches!(event.kind, EventKind::Access(_)) {
        return None;
    }
    let concerned =
        |path: &&PathBuf| watched.iter().any(|root| path.strip_prefix(root).is_ok_and(|below| !is_hidden(below)));
    let places: Vec<PathBuf> = event.paths.iter().filter(concerned).cloned().collect();
    (!places.is_empty()).then_some(Changed::Places(places))
}

fn is_hidden(below: &Path) -> bool {
    below.iter().any(|part| part.to_string_lossy().starts_with('.'))
}

impl Drop for Guard {
    /// Returns when no call is under way and none will come.
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Release);
        self.watcher = None;
        if let Some(caller) = self.caller.take()
            && caller.thread().id() != thread::current().id()
        {
            // Its panic was told where it happened; there is nothing to add when stopping.
            let _ = caller.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use notify::event::{AccessKind, AccessMode, CreateKind, Flag, MetadataKind, ModifyKind};

    use super::*;

    /// Only turns what never comes into a test that fails.
    const LIMIT: Duration = Duration::from_mins(1);

    /// Watches, and tells at each call what `file` holds then.
    fn watched(path: &Path, file: &Path) -> (Guard, Receiver<Option<String>>) {
        let (call, calls) = mpsc::channel();
        let file = file.to_path_buf();
        let on_change = move |_: &Changed| call.send(fs::read_to_string(&file).ok()).unwrap_or_default();
        (watch(vec![path.to_path_buf()], on_change).unwrap(), calls)
    }

    /// Waits for a call that comes after the file held this.
    fn told(calls: &Receiver<Option<String>>, text: Option<&str>) {
        while calls.recv_timeout(LIMIT).unwrap().as_deref() != text {}
    }

    #[test]
    fn a_file_that_is_written_replaced_or_removed_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let page = folder.path().join("page.md");
        let (_guard, calls) = watched(folder.path(), &page);

        fs::write(&page, "un").unwrap();
        told(&calls, Some("un"));

        let saved = folder.path().join(".page.md.swp");
        fs::write(&saved, "deux").unwrap();
        fs::rename(&saved, &page).unwrap();
        told(&calls, Some("deux"));

        fs::remove_file(&page).unwrap();
        told(&calls, None);
    }

    #[test]
    fn a_file_in_a_new_folder_of_a_new_folder_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("a/b/c");
        let page = deep.join("page.md");
        let (_guard, calls) = watched(folder.path(), &page);
        fs::create_dir_all(&deep).unwrap();
        fs::write(&page, "un").unwrap();
        told(&calls, Some("un"));
    }

    #[test]
    fn a_folder_that_comes_back_or_is_another_is_watched_again() {
        let above = tempfile::tempdir().unwrap();
        let [folder, other] = ["content", "other"].map(|name| above.path().join(name));
        let page = folder.join("page.md");
        fs::create_dir(&folder).unwrap();
        let (_guard, calls) = watched(&folder, &page);
        let edit = |text| {
            // Once nothing more is heard of what came before.
            while calls.recv_timeout(2 * SETTLED).is_ok() {}
            fs::write(&page, text).unwrap();
            told(&calls, Some(text));
        };

        fs::remove_dir_all(&folder).unwrap();
        told(&calls, None);
        fs::create_dir(&folder).unwrap();
        edit("un");

        fs::create_dir(&other).unwrap();
        fs::rename(&folder, above.path().join("old")).unwrap();
        fs::rename(&other, &folder).unwrap();
        edit("deux");
    }

    #[test]
    fn a_file_is_watched_when_another_takes_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let settings = folder.path().join("portail.yaml");
        fs::write(&settings, "un").unwrap();
        let (_guard, calls) = watched(&settings, &settings);
        for text in ["deux", "trois"] {
            let saved = folder.path().join("saved");
            fs::write(&saved, text).unwrap();
            fs::rename(&saved, &settings).unwrap();
            told(&calls, Some(text));
        }
    }

    #[test]
    fn polling_sees_what_no_system_tells() {
        let (call, calls) = mpsc::channel();
        let guard = poll(Duration::from_millis(1), move |changed| call.send(changed.clone()).unwrap_or_default());
        for _ in 0..3 {
            assert_eq!(calls.recv_timeout(LIMIT), Ok(Changed::Anything));
        }
        drop(guard);
        while calls.try_recv().is_ok() {}
        assert_eq!(calls.try_recv(), Err(mpsc::TryRecvError::Disconnected));
    }

    #[test]
    fn a_change_is_named_and_everything_is_looked_at_again_once_it_is_quiet() {
        let folder = tempfile::tempdir().unwrap();
        let page = folder.path().join("page.md");
        let (call, calls) = mpsc::channel();
        let _guard =
            watch(vec![folder.path().to_path_buf()], move |changed| call.send(changed.clone()).unwrap_or_default());
        fs::write(&page, "un").unwrap();
        let real = page.canonicalize().unwrap();
        let Changed::Places(places) = calls.recv_timeout(LIMIT).unwrap() else { panic!("no place is named") };
        assert!(places.contains(&real), "{places:?}");
        while calls.recv_timeout(LIMIT).unwrap() != Changed::Anything {}
    }

    #[test]
    fn nothing_is_called_after_the_guard_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let page = folder.path().join("page.md");
        let (guard, calls) = watched(folder.path(), &page);
        fs::write(&page, "un").unwrap();
        drop(guard);
        fs::write(&page, "deux").unwrap();
        // The other end was dropped with the thread that called.
        while calls.try_recv().is_ok() {}
        assert_eq!(calls.try_recv(), Err(mpsc::TryRecvError::Disconnected));
    }

    #[test]
    fn reading_and_hidden_files_are_no_change() {
        let roots = [PathBuf::from("/.home/content")];
        let heard = |kind, path: &str| changed(&Event::new(kind).add_path(path.into()), &roots).is_some();
        let created = EventKind::Create(CreateKind::File);
        assert!(heard(created, "/.home/content/a.md"));
        assert!(heard(EventKind::Modify(ModifyKind::Metadata(MetadataKind::Any)), "/.home/content/a.md"));
        assert!(heard(EventKind::Any, "/.home/content"));
        assert!(!heard(created, "/.home/content/.git/index.lock"));
        assert!(!heard(created, "/.home/autre/a.md"));
        assert!(!heard(EventKind::Access(AccessKind::Close(AccessMode::Write)), "/.home/content/a.md"));
        let lost = Event::new(EventKind::Other).set_flag(Flag::Rescan);
        assert_eq!(changed(&lost, &roots), Some(Changed::Anything), "the system lost count");
    }

    #[test]
    fn a_path_that_is_not_there_is_said_by_name() {
        let error = watch(vec![PathBuf::from("absent")], |_| {}).err().unwrap();
        assert!(error.to_string().contains("absent"));
    }
}
