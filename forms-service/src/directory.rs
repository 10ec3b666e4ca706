//! The directory: who holds which role in which space, before anybody has said otherwise.
//!
//! `annuaire.yaml` lies outside `content/` because git never forgets an address. It is read at
//! the start and fills an empty table; from then on the table is the truth, edited with
//! `forms-service roles`.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use lettre::Address;
use serde::Deserialize;

use crate::role::{Holder, Place, Role};

/// The file as an operator writes it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct DirectoryFile {
    portail: PortalRoles,
    espaces: BTreeMap<String, SpaceRoles>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct PortalRoles {
    moderateurs: Vec<String>,
    communication: Vec<String>,
    registre: Vec<String>,
    annonces: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SpaceRoles {
    moderateurs: Vec<String>,
    cadre: Vec<String>,
    superieur: Vec<String>,
    annonces: Vec<String>,
}

/// Reads the directory; `None` when there is no such file.
///
/// # Errors
/// Says in French which key or address is at fault.
pub fn load(path: &Path) -> anyhow::Result<Option<Vec<Holder>>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("lecture de l’annuaire « {} »", path.display())),
    };
    parse(&text).map(Some).with_context(|| format!("annuaire « {} »", path.display()))
}

/// Reads the text of a directory.
///
/// # Errors
/// As [`load`].
pub fn parse(text: &str) -> anyhow::Result<Vec<Holder>> {
    let file: DirectoryFile = serde_saphyr::from_str(text)?;
    let mut written = vec![
        (Place::Portal, Role::Moderator, file.portail.moderateurs),
        (Place::Portal, Role::Communication, file.portail.communication),
        (Place::Portal, Role::Register, file.portail.registre),
        (Place::Portal, Role::Announcements, file.portail.annonces),
    ];
    for (slug, roles) in file.espaces {
        written.push((Place::Space(slug.clone()), Role::Moderator, roles.moderateurs));
        written.push((Place::Space(slug.clone()), Role::Supervisor, roles.cadre));
        written.push((Place::Space(slug.clone()), Role::Superior, roles.superieur));
        written.push((Place::Space(slug), Role::Announcements, roles.annonces));
    }
    let mut holders = Vec::new();
    for (place, role, addresses) in written {
        for text in addresses {
            let address: Address =
                text.parse().map_err(|_| anyhow::anyhow!("« {text} » ({place}, {role}) n’est pas une adresse"))?;
            holders.push(Holder { place: place.clone(), role, address });
        }
    }
    Ok(holders)
}

/// Who receives in a demonstration that has no directory: addresses that reach nobody.
pub fn demonstration<'a>(spaces: impl IntoIterator<Item = &'a str>) -> Vec<Holder> {
    let address = |text: &str| text.parse::<Address>().ok();
    let mut holders = Vec::new();
    let mut add = |place: &Place, role, text: String| {
        holders.extend(address(&text).map(|address| Holder { place: place.clone(), role, address }));
    };
    add(&Place::Portal, Role::Moderator, "moderation@exemple.fr".to_owned());
    add(&Place::Portal, Role::Communication, "communication@exemple.fr".to_owned());
    add(&Place::Portal, Role::Register, "registre@exemple.fr".to_owned());
    for slug in spaces {
        let place = Place::Space(slug.to_owned());
        add(&place, Role::Moderator, format!("moderation+{slug}@exemple.fr"));
        add(&place, Role::Supervisor, format!("cadre+{slug}@exemple.fr"));
    }
    holders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_that_is_committed_is_read() {
        let holders = parse(include_str!("../../annuaire.exemple.yaml")).unwrap();
        assert_eq!(holders.len(), 5);
        assert!(holders.iter().all(|holder| holder.address.domain() == "exemple.fr"));
    }

    #[test]
    fn a_slip_in_the_directory_is_named() {
        assert!(format!("{:#}", parse("portail: {moderateur: [a@exemple.fr]}").unwrap_err()).contains("moderateur"));
        let fault = format!("{:#}", parse("espaces: {accueil: {cadre: [personne]}}").unwrap_err());
        assert!(fault.contains("personne") && fault.contains("accueil") && fault.contains("cadre"), "{fault}");
    }

    #[test]
    fn a_demonstration_names_nobody_who_exists() {
        let holders = demonstration(["accueil"]);
        assert_eq!(holders.len(), 5);
        assert!(holders.iter().all(|holder| holder.address.domain() == "exemple.fr"));
    }
}
