//! One test a journey: the real programs, real sockets, real files, nothing in between.
