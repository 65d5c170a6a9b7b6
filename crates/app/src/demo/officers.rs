//! The officers of the invented county, and the sign-ins the demo prints: invented, and of use nowhere else.

use super::county::{self, COUNTY, DEPARTMENTS, PETITION_OFFICE, TOWNSHIP_OFFICERS};
use super::random::Random;

/// One officer.
#[derive(Debug, Clone)]
pub(super) struct Officer {
    pub(super) login: String,
    pub(super) name: String,
    pub(super) office: String,
    office_name: String,
    pub(super) roles: Vec<&'static str>,
    /// What to try when signed in; empty for those whose sign-in is not printed.
    tries: String,
}

/// A sign-in invented for the demo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// The officer's name.
    pub name: String,
    /// Their office.
    pub office: String,
    /// Sign-in name.
    pub login: String,
    /// Password: three invented words and two digits, the same in every demo.
    pub password: String,
    /// What to try.
    pub tries: String,
}

/// Sign-in name of a department's head.
pub(super) fn head_of(key: &str) -> String {
    format!("{key}-juzhang")
}

/// Everybody.
pub(super) fn all() -> Vec<Officer> {
    let mut all = Vec::new();
    let mut add = |login: &str, office: (&str, &str), roles: &[&'static str], tries: &str| {
        all.push(Officer {
            login: login.to_owned(),
            name: county::person(&mut Random::of(&format!("officer {login}"))),
            office: office.0.to_owned(),
            office_name: office.1.to_owned(),
            roles: roles.to_vec(),
            tries: tries.to_owned(),
        });
    };
    add("dengji", PETITION_OFFICE, &["registrar"], "登记来信来访；把今天和昨天收到的转送出去");
    add("chuangkou", PETITION_OFFICE, &["registrar"], "");
    add(
        "xinfang",
        PETITION_OFFICE,
        &["petition_chief", "registrar"],
        "公告和举行接访；把事项列为重点；看半年工作总结",
    );
    add("ducha", PETITION_OFFICE, &["supervisor"], "看哪些事项快到期、哪些已逾期");
    add("baoguan", COUNTY, &["custodian"], "办理人员申请知道举报人是谁时，决定开不开；看不到事项");
    add("fucha", COUNTY, &["reviewer"], "受理复查申请，作出复查意见");
    add("xianzhang", COUNTY, &["leader"], "看本机关经手的事项");
    add("fuxianzhang", COUNTY, &["leader"], "");
    for (key, ..) in DEPARTMENTS {
        let office = (county::department(key), county::department_name(key));
        let tries = match key {
            "renshe" | "minzheng" => "有一件快到期，有一份意见待送达",
            "ziran" | "shuili" => "有一件已逾期，先办它",
            "zhujian" | "nongye" | "shengtai" => "有快到期的；看期限是怎么算出来的",
            "chengguan" => "有一件迟迟没有受理",
            "jiaotong" => "送达不予受理告知书",
            _ => "受理转来的事项，送达做好的意见",
        };
        add(key, (&office.0, &office.1), &["officer"], tries);
        add(&head_of(key), (&office.0, &office.1), &["leader"], "");
    }
    for (login, number) in TOWNSHIP_OFFICERS {
        let (code, name) = county::township(number);
        add(login, (&code, &name), &["officer"], "办理村务方面的事项");
    }
    all
}

/// The sign-ins to print.
pub(super) fn sign_ins() -> Vec<SignIn> {
    let told = all().into_iter().filter(|officer| !officer.tries.is_empty());
    told.map(|officer| SignIn {
        password: password(&officer.login),
        name: officer.name,
        office: officer.office_name,
        login: officer.login,
        tries: officer.tries,
    })
    .collect()
}

/// A password that can be said aloud.
fn password(login: &str) -> String {
    const SYLLABLES: [&str; 40] = [
        "ban", "bei", "chu", "dai", "dong", "fan", "fei", "gao", "gu", "han", "hai", "hong", "jia", "jing", "kai",
        "lan", "lei", "ling", "lu", "mao", "mei", "ming", "nan", "ning", "pei", "qi", "qing", "ran", "rou",
        "shan", "shu", "song", "tai", "tong", "wan", "xia", "xing", "yan", "yu", "zhu",
    ];
    let mut random = Random::of(&format!("password {login}"));
    let mut password = String::new();
    for _ in 0..3 {
        for _ in 0..2 {
            password.push_str(random.pick::<&str>(&SYLLABLES));
        }
        password.push('-');
    }
    format!("{password}{}", random.between(10, 99))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_in_has_a_long_password_of_its_own() {
        let all = sign_ins();
        assert!(all.len() >= 15);
        let mut passwords: Vec<&str> = all.iter().map(|one| one.password.as_str()).collect();
        passwords.sort_unstable();
        passwords.dedup();
        assert_eq!(passwords.len(), all.len());
        assert!(passwords.iter().all(|password| password.len() >= 12), "{passwords:?}");
    }
}
