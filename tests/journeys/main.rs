//! One test a journey: the real programs, real sockets, real files, nothing in between.
//!
//! First what an editor does with the generator, then what a visitor does with the portal, then
//! what moderators and operators see of it.

mod checking;

mod building;

mod inside;

mod reading;

mod editing;

mod previewing;

mod posting;

mod mending;

mod refusing;

mod mailing;

mod relaying;

mod fronting;

mod addresses;

mod running;

mod hospital;

mod publishing;

mod deciding;

mod stopping;

mod opening;

mod scanning;
