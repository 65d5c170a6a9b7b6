//! The procedures that ship: each is read and proven, and says what the law says.

use casework::procedure::{Basis, Limit, Procedure, read};

fn shipped(id: &str) -> Result<Procedure, String> {
    let path = format!("{}/../../procedures/{id}/procedure.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    read(&text).map_err(|faults| {
        let shown: Vec<String> = faults.iter().map(ToString::to_string).collect();
        format!("{id}:\n{}", shown.join("\n"))
    })
}

#[test]
fn all_are_sound() -> Result<(), String> {
    for id in [
        "petition-2022",
        "petition-2005",
        "suggestion",
        "complaint",
        "retaliation",
        "message-board",
        "data-demand",
    ] {
        assert_eq!(shipped(id)?.id, id);
    }
    Ok(())
}

#[test]
fn the_two_regulations_follow_each_other_without_a_gap() -> Result<(), String> {
    let (old, new) = (shipped("petition-2005")?, shipped("petition-2022")?);
    assert_eq!(old.family, new.family);
    let last = old.until.expect("the old one ends");
    assert_eq!(last.tomorrow().expect("a day follows"), new.in_force);
    assert_eq!(new.until, None);
    Ok(())
}

#[test]
fn limits_are_those_of_the_articles() -> Result<(), String> {
    for (id, clock, limit, law) in [
        ("petition-2022", "entry", Limit::AtOnce, "L22 21"),
        ("petition-2022", "route", Limit::Days(15), "L22 22"),
        ("petition-2022", "notify", Limit::Days(15), "L22 23"),
        ("petition-2022", "answer", Limit::Days(60), "L22 34"),
        ("petition-2022", "review_window", Limit::Days(30), "L22 35"),
        ("petition-2022", "review", Limit::Days(30), "L22 35"),
        ("petition-2005", "route", Limit::Days(15), "L05 21"),
        ("petition-2005", "notify", Limit::Days(15), "L05 21、22"),
        ("petition-2005", "answer", Limit::Days(60), "L05 33"),
        ("petition-2005", "review_window", Limit::Days(30), "L05 34"),
        ("petition-2005", "review", Limit::Days(30), "L05 34"),
    ] {
        let clock = &shipped(id)?.clocks[clock];
        assert_eq!((clock.limit, &clock.basis), (limit, &Basis::Law(law.to_owned())), "{id}");
    }
    Ok(())
}

#[test]
fn a_basis_is_shown_with_the_full_name_of_the_law() -> Result<(), String> {
    let procedure = shipped("petition-2005")?;
    let notify = &procedure.clocks["notify"].basis;
    assert_eq!(procedure.cite(notify), "《信访条例》第21、22条");
    Ok(())
}

#[test]
fn acts_keep_the_order_of_the_file() -> Result<(), String> {
    let procedure = shipped("petition-2022")?;
    let ids: Vec<&str> = procedure.acts_in("received").map(|act| act.id.as_str()).collect();
    assert_eq!(ids[..4], ["accept", "accept_simple", "refuse", "divert"]);
    assert_eq!(ids[ids.len() - 2..], ["ask_identity", "ask_recusal"]);
    Ok(())
}
