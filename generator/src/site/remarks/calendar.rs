//! Days that are past, or still to come.

use jiff::civil::Date;

use super::place_of;
use crate::content::Kind;
use crate::dates::long_date;
use crate::diagnostic::Diagnostics;
use crate::site::SitePage;

/// Warns of the days of one page.
pub(super) fn check(page: &SitePage, today: Date, diagnostics: &Diagnostics) {
    let meta = &page.parsed.meta;
    let source = &page.parsed.source;
    let warn = |names: &[&str], code, message: String, help: &str| {
        diagnostics.add(source.warning(place_of(source, names), code, message).help(help));
    };
    // Notes, posts and events come and go by themselves: their end is no news.
    let passes = matches!(page.parsed.kind, Kind::Note(_) | Kind::Post(_) | Kind::Event(_));
    // One that ends before it begins was told so.
    let never_shows = meta.publish_on.zip(meta.expire_on).is_some_and(|(publish, expire)| expire <= publish);
    if let Some(day) = meta.expire_on.filter(|day| *day <= today && !passes && !never_shows) {
        warn(
            &["expire_le", "expires"],
            "page-expiree",
            format!("cette page n’est plus publiée depuis le {}", long_date(day)),
            "repoussez cette date, ou retirez le fichier s’il ne sert plus",
        );
        return;
    }
    if let Some(day) = meta.publish_on.filter(|day| *day > today) {
        warn(
            &["publie_le"],
            "page-a-venir",
            format!("cette page ne paraîtra que le {}", long_date(day)),
            "c’est peut-être voulu ; sinon, retirez la ligne « publie_le »",
        );
    }
    let has_happened = matches!(page.parsed.kind, Kind::Project(_) | Kind::Event(_) | Kind::Activity(_));
    if let Some(day) =
        meta.date.filter(|day| *day > today && !has_happened && meta.publish_on.is_none_or(|on| on < *day))
    {
        warn(
            &["date"],
            "date-a-venir",
            format!("cette page est datée du {}, qui est encore à venir", long_date(day)),
            "vérifiez l’année ; pour publier plus tard, écrivez « publie_le: … »",
        );
    }
    for (name, day, what) in [("relu_le", meta.reviewed_on, "relue"), ("mis_a_jour", meta.updated, "mise à jour")] {
        if let Some(day) = day.filter(|day| *day > today) {
            warn(
                &[name, if name == "mis_a_jour" { "updated" } else { name }],
                "date-a-venir",
                format!("cette page serait {what} le {}, qui est encore à venir", long_date(day)),
                "vérifiez le jour, le mois et l’année",
            );
        }
    }
    if let Some(day) = meta.review_before.filter(|day| *day < today) {
        warn(
            &["revoir_avant"],
            "page-a-revoir",
            format!("cette page devait être relue avant le {}", long_date(day)),
            "relisez-la, écrivez « relu_le » et donnez à « revoir_avant » la prochaine date",
        );
    }
}
