//! A clock that jumps, by an hour or a year, either way: nothing is stuck, nothing given up.

use forms_service::outbox::{Delivery, HORIZON};
use forms_service::store::submissions::State;
use forms_service::store::transitions::{Acted, CONFIRM_WITHIN, LAPSE_AFTER};
use jiff::SignedDuration;

use crate::support::spawn_service;

/// An hour and a year, either way.
const JUMPS: [SignedDuration; 4] = [
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(-1),
    SignedDuration::from_hours(24 * 365),
    SignedDuration::from_hours(-24 * 365),
];

#[tokio::test]
async fn a_lease_ends_in_its_time_whatever_the_clock_does() {
    for jump in JUMPS {
        let service = spawn_service().await;
        service.post_note("accueil", "Merci").await;
        service.app.store.lease_next_mail(service.now(), HORIZON).await.unwrap().expect("a mail is due");

        service.app.clock.advance(jump);
        service.app.clock.advance(HORIZON.lease);

        assert!(matches!(service.deliver().await, Delivery::Sent(_)), "after {jump:?}");
    }
}

#[tokio::test]
async fn no_jump_sets_a_mail_aside() {
    for jump in JUMPS {
        let service = spawn_service().await;
        service.post_note("accueil", "Merci").await;
        for failure in 1..=12 {
            service.mails.fail_next(451);
            let delivery = service.deliver().await;
            assert!(matches!(delivery, Delivery::Delayed(..)), "failure {failure}, {jump:?}: {delivery:?}");
            // Twelve years on, or back; then whatever wait is left.
            service.app.clock.advance(jump);
            service.app.clock.advance(HORIZON.wait + SignedDuration::from_hours(1));
        }
        assert!(matches!(service.deliver().await, Delivery::Sent(_)), "after {jump:?}");
    }
}

#[tokio::test]
async fn a_proposal_that_nobody_confirms_is_forwarded_whatever_the_clock_does() {
    for jump in JUMPS {
        let service = spawn_service().await;
        let reference = service.propose().await;
        service.app.clock.advance(jump);

        // The first time may only set a new one; an hour more is what an hour's jump took.
        while service.act().await.is_some() {}
        service.app.clock.advance(CONFIRM_WITHIN + SignedDuration::from_hours(1));
        while service.act().await.is_some() {}

        assert_eq!(service.state(&reference).await, State::Received, "after {jump:?}");
    }
}

#[tokio::test]
async fn a_signup_gets_all_its_days_after_the_reminder_whatever_the_clock_does() {
    for jump in JUMPS {
        let service = spawn_service().await;
        let reference = service.sign_up().await;
        service.app.clock.advance(CONFIRM_WITHIN);
        assert_eq!(service.act().await, Some(Acted::Reminded));

        service.app.clock.advance(jump);
        while service.act().await.is_some() {}
        service.app.clock.advance(LAPSE_AFTER - SignedDuration::from_hours(2));
        while service.act().await.is_some() {}
        assert_eq!(service.state(&reference).await, State::Unconfirmed, "after {jump:?}");

        service.app.clock.advance(SignedDuration::from_hours(3));
        while service.act().await.is_some() {}
        assert_eq!(service.state(&reference).await, State::Lapsed, "after {jump:?}");
    }
}
