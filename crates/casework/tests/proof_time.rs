//! How long proofs take: each shipped procedure, and a made-up one of two hundred steps.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test helper stops where the test cannot go on"
)]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use casework::procedure::{Fault, check, parse};

/// The folder with the procedures, another where `HUIYIN_PROCEDURES` names one.
fn folder() -> PathBuf {
    let shipped = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../procedures"));
    std::env::var_os("HUIYIN_PROCEDURES").map_or_else(shipped, PathBuf::from)
}

/// What is wrong with a procedure, and that its proof took no longer than it may.
fn prove(name: &str, text: &str, at_most: Duration) -> Vec<String> {
    let named = |faults: Vec<Fault>| faults.iter().map(|fault| format!("{name}:{fault}")).collect::<Vec<_>>();
    let procedure = match parse(text) {
        Ok(procedure) => procedure,
        Err(faults) => return named(faults),
    };
    let start = Instant::now();
    let faults = check(&procedure);
    let took = start.elapsed();
    println!("{name}: proven in {took:?}");
    // Unoptimised it is many times slower than what people run.
    let at_most = if cfg!(debug_assertions) { at_most * 8 } else { at_most };
    assert!(took < at_most, "{name} took {took:?}");
    named(faults)
}

#[test]
fn every_shipped_procedure_is_proven_in_five_seconds() {
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path().join("procedure.toml");
        if let Ok(text) = std::fs::read_to_string(&path) {
            let name = path.parent().and_then(|folder| folder.file_name()).unwrap_or_default();
            wrong.extend(prove(&name.to_string_lossy(), &text, Duration::from_secs(5)));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// A main track of two hundred steps in a row, each of which can be sent back once; a signing chain, a hearing that
/// stops the clock and a supervision beside it, and a finding that one step in ten asks for.
fn made_up(steps: usize) -> String {
    let mut text = String::from(
        r#"
[procedure]
id = "long"
family = "long"
name = "长程序"
law = { L22 = "信访工作条例" }
in_force = 2022-05-01
begins = "filed"
counting = { last_day_off = "roll forward", basis = "民法典" }

[who]
petitioner = { name = "信访人", is = "petitioner" }
desk = { name = "信访工作机构", is = "registers", above = "organ" }
organ = { name = "机关", is = "competent" }
leader = { name = "负责人", is = "leader of organ" }
superior = { name = "上级", is = "above organ" }

[clock]
entry = { name = "登记", limit = "at once", law = "L22 21", at_end = { tells = "superior" }, again = "1 day" }
work = { name = "办理", limit = "60 days", from = "register", law = "L22 34", at_end = { tells = ["desk", "petitioner"], opens = "supervision" }, again = "30 days" }
stage = { name = "环节", limit = "5 days", local = "本地", at_end = { tells = "desk" }, again = "5 days" }
hearing = { name = "听证", limit = "30 days", local = "本地", at_end = { tells = "desk" }, again = "5 days" }
signing = { name = "签发", limit = "5 days", local = "本地", at_end = { tells = "desk" }, again = "5 days" }
supervision = { name = "督办", limit = "30 days", local = "本地", at_end = { tells = "superior" }, again = "15 days" }

[letter]
opinion = { name = "意见书", to = "petitioner", must_state = ["意见"] }
notice = { name = "听证通知", to = "petitioner" }
feedback = { name = "反馈", to = "petitioner" }

[outcome]
supported = { name = "支持" }

[finding]
simple = { name = "是否简单", values = ["no", "yes"] }

[track]
hearing = { name = "听证", begins = "hearing_called" }
signing = { name = "签发", begins = "to_check" }
supervision = { name = "督办", begins = "ordered", lives_on = true, over = "organ" }

[step.filed]
name = "待登记"
owner = "desk"
clock = "entry"
act.register = { by = "desk", to = "s0" }

[step.to_check]
name = "待审核"
track = "signing"
owner = "organ"
clock = "signing"
act.check = { by = "organ", to = "to_sign" }
act.return_draft = { by = "organ", tells = "petitioner", to = "returned" }
[step.to_sign]
name = "待签发"
track = "signing"
owner = "organ"
clock = "signing"
act.sign = { by = "leader", to = "to_seal" }
act.pass = { verb = "transfer", by = "organ", to = "to_sign", at_most = 1 }
[step.to_seal]
name = "待用印"
track = "signing"
owner = "organ"
clock = "signing"
act.seal = { by = "organ", when = "track hearing is closed", outcome = "supported", letter = "opinion", to = "returned", main = "to_serve" }
[step.returned]
name = "结束"
track = "signing"
end = true

[step.hearing_called]
name = "听证"
track = "hearing"
owner = "organ"
clock = "hearing"
pauses = "work"
pause_law = "L22 36"
act.hold_hearing = { by = "organ", tells = "petitioner", to = "heard" }
[step.heard]
name = "听毕"
track = "hearing"
end = true

[step.ordered]
name = "督办中"
track = "supervision"
owner = "organ"
clock = "supervision"
act.reply_supervision = { by = "organ", tells = "desk", to = "replied" }
[step.replied]
name = "已反馈"
track = "supervision"
owner = "desk"
clock = "supervision"
act.close_supervision = { by = "desk", letter = "feedback", to = "closed" }
[step.closed]
name = "销号"
track = "supervision"
end = true

[step.to_serve]
name = "待送达"
owner = "organ"
clock = "work"
act.serve = { by = "organ", letter = "opinion", answers = true, to = "ended" }
[step.ended]
name = "办结"
end = true
"#,
    );
    for number in 0..steps {
        let next = if number + 1 == steps { "s0".to_owned() } else { format!("s{}", number + 1) };
        let last = number + 1 == steps;
        text += &format!("[step.s{number}]\nname = \"环节\"\nowner = \"organ\"\nclock = [\"work\", \"stage\"]\n");
        text += "act.announce_hearing = { by = \"organ\", when = \"track hearing is closed\", letter = \"notice\", opens = \"hearing\" }\n";
        if last {
            text += "act.draft = { by = \"organ\", when = \"track signing is closed\", outcome = \"supported\", opens = \"signing\" }\n";
        }
        let when = if number % 10 == 5 { "when = \"simple is no\", " } else { "" };
        let sets = if number % 10 == 4 { ", sets = { simple = \"yes\" }" } else { "" };
        let skip = if number % 10 == 5 && number + 2 < steps { number + 2 } else { 0 };
        if !last {
            text += &format!(
                "act.on = {{ verb = \"transfer\", by = \"organ\", {when}tells = \"petitioner\", to = \"{next}\" }}\n"
            );
        }
        if number % 10 == 4 {
            text += &format!(
                "act.found = {{ verb = \"convert\", by = \"organ\", tells = \"petitioner\", to = \"{next}\"{sets} }}\n"
            );
        }
        if skip > 0 {
            text += &format!(
                "act.skip = {{ verb = \"convert\", by = \"organ\", when = \"simple is yes\", tells = \"petitioner\", to = \"s{skip}\", sets = {{ simple = \"no\" }} }}\n"
            );
        }
        if number > 0 && number % 20 == 0 {
            text += &format!(
                "act.back{number} = {{ verb = \"object\", by = \"organ\", tells = \"desk\", to = \"s{}\", at_most = 1 }}\n",
                number - 1
            );
        }
    }
    text
}

#[test]
fn a_procedure_of_two_hundred_steps_is_proven_in_thirty_seconds() {
    let wrong = prove("two hundred steps", &made_up(190), Duration::from_secs(30));
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
