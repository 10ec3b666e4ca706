//! Signing up for a slot, on a day on which it takes place.

use axum::http::StatusCode;

use crate::support::{Answer, Service, content, copy, new_database, spawn_at};

const TUESDAYS: &str = "geriatrie/tisane@mardi-22h00";

/// A service with an activity on Tuesday nights. It is Sunday, the 22nd of November 2026.
async fn with_tuesday_nights() -> Service {
    let (folder, location) = new_database().await;
    let own = folder.path().join("content");
    copy(&content(), &own);
    let page = "---\ntitre: Tisane\ndate: 2026-11-20\ncreneaux: [{jour: mardi, de: 22h}]\n---\nCinq minutes.\n";
    std::fs::write(own.join("faire/geriatrie/activites/tisane.md"), page).unwrap();
    spawn_at(folder, location).await
}

async fn sign_up(service: &Service, day: &str) -> Answer {
    let key = service.key("creneau").await;
    let post = [("_cle", key.as_str()), ("creneau", TUESDAYS), ("jour", day), ("courriel", "alix@exemple.fr")];
    service.post("/formulaires/creneau/", &post).await
}

#[tokio::test]
async fn a_day_that_is_not_the_slots_or_is_over_is_mended_before_it_is_sent() {
    let service = with_tuesday_nights().await;
    for (day, words) in [
        ("25/11/2026", "Le 25 novembre 2026 est un mercredi, et ce créneau est le mardi"),
        ("17/11/2026", "Ce jour est passé"),
        ("21/11/2026", "Ce jour est passé"),
    ] {
        let answer = sign_up(&service, day).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{day}");
        assert!(answer.body.contains(words) && answer.body.contains(&format!("value=\"{day}\"")), "{}", answer.body);
    }
    // The way out is a day that is right.
    let mended = sign_up(&service, "25/11/2026").await.body;
    assert!(mended.contains("indiquez un mardi, par exemple 01/12/2026."), "{mended}");
    assert!(sign_up(&service, "17/11/2026").await.body.contains("par exemple 24/11/2026."));
    assert_eq!(service.stored().await, 0);

    for day in ["24/11/2026", "2026-12-01", ""] {
        assert_eq!(sign_up(&service, day).await.status, StatusCode::SEE_OTHER, "{day}");
    }
    assert_eq!(service.stored().await, 3);
}

#[tokio::test]
async fn today_is_a_day_to_come_until_midnight_on_the_wards_clock() {
    let service = with_tuesday_nights().await;
    // 23:30 in Paris on Tuesday, then half past midnight.
    service.app.clock.advance(jiff::SignedDuration::from_mins(2 * 24 * 60 + 10 * 60 + 30));
    assert_eq!(sign_up(&service, "24/11/2026").await.status, StatusCode::SEE_OTHER);
    service.app.clock.advance(jiff::SignedDuration::from_hours(1));
    assert_eq!(sign_up(&service, "24/11/2026").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}
