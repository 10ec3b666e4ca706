//! Writing the site: what the folder holds afterwards, and what it holds when writing fails.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use generator::output::{MARKER, OutputFile, Summary, WriteOptions, Writer, write};
use proptest::prelude::*;
use tempfile::TempDir;
use walkdir::WalkDir;

const PLAIN: WriteOptions = WriteOptions { compress: false };
const COMPRESSED: WriteOptions = WriteOptions { compress: true };

/// A folder that the site was never written to.
fn fresh() -> (TempDir, std::path::PathBuf) {
    let parent = tempfile::tempdir().unwrap();
    let root = parent.path().join("public");
    (parent, root)
}

fn site(files: &[(&str, &str)]) -> Vec<OutputFile> {
    files.iter().map(|(path, text)| OutputFile::new(*path, (*text).to_owned())).collect()
}

/// Every file and folder with its bytes and its identity, the marker apart.
fn tree(root: &Path) -> BTreeMap<String, (Option<Vec<u8>>, SystemTime)> {
    let mut tree = BTreeMap::new();
    for entry in WalkDir::new(root).min_depth(1) {
        let entry = entry.unwrap();
        let path = entry.path().strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        if path == MARKER {
            continue;
        }
        let metadata = entry.path().symlink_metadata().unwrap();
        // A folder's time changes when a file waits in it for an instant.
        let time = if metadata.is_dir() { SystemTime::UNIX_EPOCH } else { metadata.modified().unwrap() };
        tree.insert(path, (metadata.is_file().then(|| fs::read(entry.path()).unwrap()), time));
    }
    tree
}

fn names(root: &Path) -> Vec<String> {
    tree(root).into_keys().collect()
}

#[test]
fn a_site_is_written_then_only_what_changed_is() {
    let (_parent, root) = fresh();
    let first = write(&root, &site(&[("index.html", "un"), ("savoir/index.html", "deux")]), &PLAIN).unwrap();
    assert_eq!(first, Summary { written: 2, unchanged: 0, removed: 0 });
    let before = tree(&root);

    let second = write(&root, &site(&[("index.html", "UN"), ("savoir/index.html", "deux")]), &PLAIN).unwrap();
    assert_eq!(second, Summary { written: 1, unchanged: 1, removed: 0 });
    assert_eq!(fs::read(root.join("index.html")).unwrap(), b"UN");
    assert_eq!(tree(&root)["savoir/index.html"], before["savoir/index.html"]);
}

#[cfg(unix)]
#[test]
fn an_unchanged_file_keeps_its_inode_and_so_do_its_compressed_copies() {
    use std::os::unix::fs::MetadataExt;
    let (_parent, root) = fresh();
    let files = site(&[("index.html", "un"), ("logo.png", "image")]);
    write(&root, &files, &COMPRESSED).unwrap();
    let inodes = || -> Vec<(String, u64)> {
        names(&root).into_iter().map(|name| (name.clone(), root.join(name).metadata().unwrap().ino())).collect()
    };
    let before = inodes();

    assert_eq!(write(&root, &files, &COMPRESSED).unwrap().unchanged, 2);
    assert_eq!(inodes(), before);
}

#[test]
fn what_is_no_longer_produced_is_removed_with_its_copies_and_its_folder() {
    let (_parent, root) = fresh();
    write(&root, &site(&[("index.html", "un"), ("a/b/index.html", "deux"), ("a/photo.jpg", "x")]), &COMPRESSED)
        .unwrap();

    let summary = write(&root, &site(&[("index.html", "un")]), &COMPRESSED).unwrap();

    assert_eq!(summary.removed, 2);
    assert_eq!(names(&root), ["index.html", "index.html.br", "index.html.gz"]);
}

#[test]
fn compressed_copies_follow_their_file_and_go_when_they_are_not_asked_for() {
    let (_parent, root) = fresh();
    write(&root, &site(&[("index.html", "un"), ("photo.jpg", "x")]), &COMPRESSED).unwrap();
    assert_eq!(names(&root), ["index.html", "index.html.br", "index.html.gz", "photo.jpg"]);

    write(&root, &site(&[("index.html", "deux"), ("photo.jpg", "x")]), &COMPRESSED).unwrap();
    assert_eq!(unbrotli(&root.join("index.html.br")), b"deux");
    assert_eq!(unzip(&root.join("index.html.gz")), b"deux");

    let summary = write(&root, &site(&[("index.html", "deux"), ("photo.jpg", "x")]), &PLAIN).unwrap();
    assert_eq!(names(&root), ["index.html", "photo.jpg"]);
    assert!(!summary.changed_something());
}

#[test]
fn a_copy_that_is_missing_empty_or_of_another_time_is_made_again() {
    let (_parent, root) = fresh();
    let files = site(&[("a.html", "le texte"), ("b.html", "le texte"), ("c.html", "le texte")]);
    write(&root, &files, &COMPRESSED).unwrap();
    fs::remove_file(root.join("a.html.br")).unwrap();
    let time = fs::metadata(root.join("b.html")).unwrap().modified().unwrap();
    let empty = fs::File::create(root.join("b.html.gz")).unwrap();
    empty.set_modified(time).unwrap();
    // What a write leaves that was killed between the renames of a file and of its copies.
    let mut other = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut other, b"un autre texte").unwrap();
    fs::write(root.join("c.html.gz"), other.finish().unwrap()).unwrap();
    fs::File::open(root.join("c.html.gz")).unwrap().set_modified(time + Duration::from_nanos(1)).unwrap();

    let summary = write(&root, &files, &COMPRESSED).unwrap();

    assert_eq!(summary.written, 0);
    assert_eq!(unbrotli(&root.join("a.html.br")), b"le texte");
    assert_eq!(unzip(&root.join("b.html.gz")), b"le texte");
    assert_eq!(unzip(&root.join("c.html.gz")), b"le texte");
    let before = tree(&root);
    write(&root, &files, &COMPRESSED).unwrap();
    assert_eq!(tree(&root), before, "and then they are right, and stay");
}

#[test]
fn two_sites_written_from_the_same_input_are_identical_copies_included() {
    let (_one, first) = fresh();
    let (_two, second) = fresh();
    let text = "<p>Bienveillance au travail</p>\n".repeat(300);
    let files = site(&[("index.html", &text), ("style.css", &text), ("a/plan.txt", "court")]);
    write(&first, &files, &COMPRESSED).unwrap();
    write(&second, &files, &COMPRESSED).unwrap();

    let bytes = |root| tree(root).into_iter().map(|(path, (bytes, _))| (path, bytes)).collect::<Vec<_>>();
    assert_eq!(bytes(&first), bytes(&second));
    assert_eq!(bytes(&first).iter().filter(|(path, _)| path.contains(".gz")).count(), 3);
}

#[test]
fn a_folder_where_a_file_should_be_leaves_the_live_site_as_it_was() {
    let (_parent, root) = fresh();
    write(&root, &site(&[("actifs/a.css", "a"), ("index.html", "un"), ("old.html", "vieux")]), &COMPRESSED).unwrap();
    fs::create_dir_all(root.join("savoir/index.html/photos")).unwrap();
    fs::write(root.join("savoir/index.html/photos/moi.jpg"), "photo").unwrap();
    let before = tree(&root);

    let files = site(&[("actifs/b.css", "b"), ("index.html", "UN"), ("savoir/index.html", "x"), ("new/a.html", "y")]);
    let error = write(&root, &files, &COMPRESSED).unwrap_err();

    assert!(error.to_string().contains("est un dossier"), "{error:#}");
    assert_eq!(tree(&root), before);
}

#[test]
fn a_file_where_a_folder_should_be_leaves_the_live_site_as_it_was() {
    let (_parent, root) = fresh();
    write(&root, &site(&[("faq", "sans extension"), ("index.html", "un")]), &PLAIN).unwrap();
    let before = tree(&root);

    let error = write(&root, &site(&[("faq/index.html", "x"), ("index.html", "UN")]), &PLAIN).unwrap_err();

    assert!(error.to_string().contains("n’est pas un dossier"), "{error:#}");
    assert_eq!(tree(&root), before);
}

#[test]
fn an_unsafe_path_is_refused_before_anything_is_written() {
    let (parent, root) = fresh();
    for path in ["../dehors.html", "/dehors.html", "a\\b.html"] {
        assert!(write(&root, &site(&[("index.html", "un"), (path, "x")]), &PLAIN).is_err());
    }
    assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
}

#[test]
fn a_folder_that_is_not_ours_is_left_alone() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("these.odt"), "dix ans de travail").unwrap();

    let error = write(home.path(), &site(&[("index.html", "un")]), &PLAIN).unwrap_err();

    assert!(error.to_string().contains("rien n’y a été changé"), "{error:#}");
    assert_eq!(names(home.path()), ["these.odt"]);
    assert!(!home.path().join(MARKER).exists());
}

#[test]
fn a_marker_that_we_did_not_write_makes_no_folder_ours() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join(MARKER), "ma liste de dessins animés").unwrap();
    fs::write(home.path().join("these.odt"), "dix ans de travail").unwrap();

    assert!(write(home.path(), &site(&[("index.html", "un")]), &PLAIN).is_err());
    assert_eq!(names(home.path()), ["these.odt"]);
}

#[test]
fn hidden_files_at_the_root_stay_and_those_of_a_crash_go() {
    let (_parent, root) = fresh();
    fs::create_dir_all(root.join(".git/objects")).unwrap();
    fs::write(root.join(".git/HEAD"), "ref").unwrap();
    write(&root, &site(&[("a/index.html", "un")]), &PLAIN).unwrap();
    fs::write(root.join(".anime-7.tmp"), "moitié").unwrap();
    fs::write(root.join("a/.anime-8.tmp"), "moitié").unwrap();
    fs::write(root.join("a/.DS_Store"), "x").unwrap();

    write(&root, &site(&[("a/index.html", "deux")]), &PLAIN).unwrap();

    assert_eq!(names(&root), [".git", ".git/HEAD", ".git/objects", "a", "a/index.html"]);
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_is_never_followed_out() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("index.html"), "dehors").unwrap();
    let (_parent, root) = fresh();
    write(&root, &site(&[("index.html", "un")]), &PLAIN).unwrap();
    let before = tree(outside.path());
    std::os::unix::fs::symlink(outside.path(), root.join("lien")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("index.html"), root.join("page.html")).unwrap();

    // A folder of the site cannot be a link, even one that leads to the same bytes.
    assert!(write(&root, &site(&[("lien/index.html", "dehors")]), &PLAIN).is_err());
    // A file takes the place of a link, and a link that is too much goes: not what they lead to.
    write(&root, &site(&[("index.html", "un"), ("page.html", "deux")]), &PLAIN).unwrap();

    assert_eq!(tree(outside.path()), before);
    assert_eq!(names(&root), ["index.html", "page.html"]);
    assert!(root.join("page.html").symlink_metadata().unwrap().is_file());
}

#[test]
fn two_builds_at_once_leave_one_whole_site() {
    let (_parent, root) = fresh();
    write(&root, &[], &PLAIN).unwrap();
    let sites: Vec<_> = ["un", "deux", "trois", "quatre"]
        .map(|text| site(&[("index.html", text), ("a/index.html", text), (&format!("{text}/index.html"), text)]))
        .into();
    std::thread::scope(|scope| {
        for files in &sites {
            scope.spawn(|| write(&root, files, &COMPRESSED).unwrap());
        }
    });

    let found = fs::read_to_string(root.join("index.html")).unwrap();
    let winner = sites.iter().find(|files| files[0].bytes == found).unwrap();
    let (_other, alone) = fresh();
    write(&alone, winner, &COMPRESSED).unwrap();
    assert_eq!(names(&root), names(&alone));
    for file in winner {
        assert_eq!(fs::read(root.join(&file.path)).unwrap(), file.bytes);
        assert_eq!(unzip(&root.join(format!("{}.gz", file.path))), file.bytes);
    }
}

#[test]
fn a_writer_that_remembers_still_sees_what_another_build_did() {
    let (_parent, root) = fresh();
    let files = site(&[("index.html", "un"), ("a/index.html", "deux")]);
    let mut writer = Writer::new(&root, COMPRESSED);
    writer.write(&files).unwrap();
    write(&root, &site(&[("index.html", "autre"), ("b/index.html", "trois")]), &PLAIN).unwrap();

    let summary = writer.write(&files).unwrap();

    assert_eq!((summary.written, summary.removed), (2, 1));
    assert_eq!(names(&root).len(), 7, "three names for each page, and a folder");
    assert_eq!(unzip(&root.join("a/index.html.gz")), b"deux");
}

#[test]
fn a_write_that_fails_makes_a_writer_look_again() {
    let (_parent, root) = fresh();
    let mut writer = Writer::new(&root, PLAIN);
    writer.write(&site(&[("index.html", "un"), ("old.html", "vieux")])).unwrap();
    fs::create_dir(root.join("new.html")).unwrap();
    let before = tree(&root);

    let files = site(&[("index.html", "UN"), ("new.html", "deux")]);
    assert!(writer.write(&files).is_err());
    assert_eq!(tree(&root), before);

    fs::remove_dir(root.join("new.html")).unwrap();
    fs::write(root.join("index.html"), "??").unwrap();
    assert_eq!(writer.write(&files).unwrap(), Summary { written: 2, unchanged: 0, removed: 1 });
    assert_eq!(names(&root), ["index.html", "new.html"]);
}

#[cfg(unix)]
#[test]
fn a_writer_that_remembers_follows_no_link_that_came_since() {
    let outside = tempfile::tempdir().unwrap();
    let (_parent, root) = fresh();
    let mut writer = Writer::new(&root, PLAIN);
    writer.write(&site(&[("a/index.html", "un")])).unwrap();
    fs::remove_dir_all(root.join("a")).unwrap();
    std::os::unix::fs::symlink(outside.path(), root.join("a")).unwrap();

    assert!(writer.write(&site(&[("a/index.html", "deux")])).is_err());
    assert_eq!(names(outside.path()), [""; 0]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// Whatever was there before, the folder holds the site that was written last, copies
    /// included, and a writer that remembers does the same as one that looks.
    #[test]
    fn the_folder_holds_what_was_written_last(
        builds in proptest::collection::vec(
            proptest::collection::btree_map("([abc]/){0,2}[xyz]\\.(html|css|png|xml)", "[uv]{0,3}", 0..8),
            1..5,
        ),
        compress in any::<bool>(),
        compressed_before in any::<bool>(),
    ) {
        let (_one, looking) = fresh();
        let (_two, remembering) = fresh();
        let options = WriteOptions { compress };
        let mut writer = Writer::new(&remembering, options);
        write(&looking, &site(&[("a/before.html", "avant")]), &WriteOptions { compress: compressed_before }).unwrap();
        write(&remembering, &site(&[("a/before.html", "avant")]), &WriteOptions { compress: compressed_before }).unwrap();
        for files in &builds {
            let files: Vec<_> = files.iter().map(|(path, text)| OutputFile::new(path.clone(), text.clone())).collect();
            let looked = write(&looking, &files, &options).unwrap();
            let remembered = writer.write(&files).unwrap();
            prop_assert_eq!(looked, remembered);
            prop_assert_eq!(looked.written + looked.unchanged, files.len());

            let (_three, alone) = fresh();
            write(&alone, &files, &options).unwrap();
            let bytes = |root: &Path| tree(root).into_iter().map(|(path, (bytes, _))| (path, bytes)).collect::<Vec<_>>();
            prop_assert_eq!(bytes(&looking), bytes(&alone));
            prop_assert_eq!(bytes(&remembering), bytes(&alone));
        }
    }
}

fn unzip(path: &Path) -> Vec<u8> {
    let mut plain = Vec::new();
    let file = fs::File::open(path).unwrap();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(file), &mut plain).unwrap();
    plain
}

fn unbrotli(path: &Path) -> Vec<u8> {
    let mut plain = Vec::new();
    brotli::BrotliDecompress(&mut fs::File::open(path).unwrap(), &mut plain).unwrap();
    plain
}
