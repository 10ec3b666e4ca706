//! Where things stand in the content, for what is published into it: spaces, folders, addresses.
//!
//! It keeps of the site what a publication needs once the site itself is gone; it knows no file.

use std::sync::Arc;

use crate::content::{Diffusion, Holds, Kind, Moderation};
use crate::site::Site;
use crate::source::folder_of;
use foldhash::{HashMap, HashMapExt as _};

/// A department space that shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpaceInfo<'a> {
    /// Its folder from the content folder: `faire/geriatrie`.
    pub folder: &'a str,
    /// Its title, as forms offer it.
    pub title: &'a str,
    /// Its address from the root.
    pub url: &'a str,
    /// When its post-its are read over.
    pub moderation: Moderation,
    /// Whether the communication office reads what it shows outside, where it says so itself.
    pub communication_review: Option<bool>,
}

/// What a folder is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FolderInfo {
    /// What its pages are.
    pub holds: Holds,
    /// Who its pages are for, inherited from the folders above where it does not say.
    pub diffusion: Diffusion,
}

/// What is known of every place of a built site.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    spaces: HashMap<String, OwnedSpace>,
    folders: HashMap<String, FolderInfo>,
    /// Addresses of the pages that show, by content path.
    urls: HashMap<Arc<str>, String>,
    /// Versions of the charters, by content path.
    charters: HashMap<Arc<str>, String>,
}

#[derive(Clone, Debug)]
struct OwnedSpace {
    folder: String,
    title: String,
    url: String,
    moderation: Moderation,
    communication_review: Option<bool>,
}

impl Places {
    /// What is to be known of `site`.
    pub(crate) fn of(site: &Site) -> Self {
        let mut places =
            Self { spaces: HashMap::new(), folders: HashMap::new(), urls: HashMap::new(), charters: HashMap::new() };
        for (id, page) in site.pages.iter().enumerate() {
            let source = &page.parsed.source;
            if page.is_shown() {
                places.urls.insert(Arc::clone(&source.path), page.url.clone());
            }
            if let Some(line) = site.charters.get(&id) {
                places.charters.insert(Arc::clone(&source.path), line.version.clone());
            }
            let holds = match &page.parsed.kind {
                Kind::Section(section) => section.holds,
                Kind::Space(space) => {
                    if page.is_shown() {
                        let info = OwnedSpace {
                            folder: source.folder().to_owned(),
                            title: page.shown_title().to_owned(),
                            url: page.url.clone(),
                            moderation: space.moderation,
                            communication_review: space.communication_review,
                        };
                        places.spaces.insert(page.slug().to_owned(), info);
                    }
                    Holds::Page
                }
                _ => continue,
            };
            places.folders.insert(source.folder().to_owned(), FolderInfo { holds, diffusion: page.diffusion });
        }
        places
    }

    pub(crate) fn space(&self, slug: &str) -> Option<SpaceInfo<'_>> {
        let space = self.spaces.get(slug)?;
        Some(SpaceInfo {
            folder: &space.folder,
            title: &space.title,
            url: &space.url,
            moderation: space.moderation,
            communication_review: space.communication_review,
        })
    }

    pub(crate) fn folder(&self, path: &str) -> Option<FolderInfo> {
        self.folders.get(path.trim_matches('/')).copied()
    }

    /// Who the pages of a folder are for, be it there already or not: a folder that is still to be
    /// made inherits from the one that will hold it.
    pub(crate) fn diffusion_of(&self, path: &str) -> Diffusion {
        let mut path = path.trim_matches('/');
        loop {
            if let Some(folder) = self.folders.get(path) {
                return folder.diffusion;
            }
            if path.is_empty() {
                return Diffusion::Publique;
            }
            path = folder_of(path);
        }
    }

    pub(crate) fn page_url(&self, source_path: &str) -> Option<&str> {
        self.urls.get(source_path).map(String::as_str)
    }

    pub(crate) fn charter_version(&self, source_path: &str) -> Option<&str> {
        self.charters.get(source_path).map(String::as_str)
    }
}
