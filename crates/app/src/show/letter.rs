//! A document of a matter as a letter: what happened put into the letter's own words, then printed.
