//! Reads four lines and writes two, and does nothing else: what [`with.rs`](with.rs) is compared to.

use std::io::{BufRead, stdin};

fn main() {
    let mut lines = stdin().lock().lines().map_while(Result::ok);
    let mut line = || lines.next().unwrap_or_default();
    let [group, key, secret, salt] = std::array::from_fn(|_| line());
    println!("{group}{key}\n{secret}{salt}");
}
