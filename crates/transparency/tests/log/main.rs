//! The log from outside: against published vectors, another implementation, a naive tree, crashes, and forgers.

#![cfg(test)]

mod audit;
mod collected;
mod crash;
mod hostile;
mod independent;
mod naive;
mod place;
mod properties;
mod receipts;
mod refusals;
mod vectors;
mod witness;
