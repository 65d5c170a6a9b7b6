//! The invented county: its offices, its officers, how its people are called. No such city, county or person is meant.

use serde_json::json;

use super::hours::{at_minute, later};
use super::random::Random;
use super::script::Script;
use jiff::civil::Date;

/// The city above.
pub(super) const CITY: (&str, &str) = ("990300", "岚江市");
/// The county.
pub(super) const COUNTY: (&str, &str) = ("990331", "禾溪县");
/// Its petition office.
pub(super) const PETITION_OFFICE: (&str, &str) = ("990331-xf", "禾溪县信访局");

/// Departments: key (also the sign-in name of its officer), name after the county's, fields.
pub(super) const DEPARTMENTS: [(&str, &str, &[&str]); 11] = [
    ("renshe", "人力资源和社会保障局", &["农民工工资", "社会保险"]),
    ("ziran", "自然资源局", &["土地征收"]),
    ("zhujian", "住房和城乡建设局", &["房屋拆迁", "物业管理"]),
    ("nongye", "农业农村局", &["村务管理", "土地承包"]),
    ("minzheng", "民政局", &["社会救助"]),
    ("shengtai", "生态环境局", &["环境保护"]),
    ("chengguan", "城市管理局", &["噪声扰民"]),
    ("jiaoyu", "教育局", &["教育入学"]),
    ("jiaotong", "交通运输局", &["道路交通"]),
    ("shuili", "水利局", &["饮水安全"]),
    ("yibao", "医疗保障局", &["医疗保障"]),
];

/// Townships with their villages; streets come first and have communities.
const TOWNSHIPS: [(&str, [&str; 4]); 10] = [
    ("东禾街道", ["槐荫社区", "书院巷社区", "纺织里社区", "望溪社区"]),
    ("南渡街道", ["码头社区", "新桥社区", "柳岸社区", "学前社区"]),
    ("稻香镇", ["大垄村", "水车湾村", "五亩田村", "新垦村"]),
    ("砚池镇", ["墨石村", "洗笔塘村", "上砚村", "下砚村"]),
    ("桐花镇", ["桐树坪村", "花垭口村", "油坊村", "岭背村"]),
    ("苇塘镇", ["苇荡村", "鱼鳞坝村", "三口塘村", "渔歌村"]),
    ("榆钱镇", ["老榆村", "钱家湾村", "窑上村", "石磨村"]),
    ("雁回镇", ["雁落坪村", "回水沱村", "高田村", "青砖桥村"]),
    ("鹿鸣乡", ["鹿角村", "鸣泉村", "半坡村", "云脚村"]),
    ("枫栖乡", ["枫树湾村", "栖霞坳村", "茶园村", "竹垭村"]),
];
/// How many of them are streets.
const STREETS: usize = 2;
/// Townships whose own officer answers for village affairs: sign-in name and township.
pub(super) const TOWNSHIP_OFFICERS: [(&str, usize); 3] = [("daoxiang", 2), ("yanchi", 3), ("weitang", 5)];

const SURNAMES: &str =
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡余叶程苏魏吕丁沈任姚卢傅钟姜";
const FIRST: &str = "建国秀桂玉文志春永德海明金小晓光春凤正家庆云红兴素少清书长";
const SECOND: &str = "英兰珍芳梅平华军强林生贵福云霞珠莲山根富祥田忠义娟琴萍成发民";

/// A place petitions come from.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// Office code of the village or community.
    pub(super) code: String,
    /// 大垄村.
    pub(super) village: &'static str,
    /// 稻香镇.
    pub(super) town: &'static str,
    /// Which township.
    pub(super) number: usize,
}

/// Every village, or every community of the streets.
pub(super) fn places(urban: bool) -> Vec<Place> {
    let mut places = Vec::new();
    for (number, (town, villages)) in TOWNSHIPS.iter().enumerate() {
        for (index, village) in villages.iter().enumerate().filter(|_| (number < STREETS) == urban) {
            places.push(Place { code: village_code(number, index), village, town, number });
        }
    }
    places
}

/// Code of a department by its key.
pub(super) fn department(key: &str) -> String {
    format!("{}-{key}", COUNTY.0)
}

/// Name of a department by its key.
pub(super) fn department_name(key: &str) -> String {
    let known = DEPARTMENTS.iter().find(|(known, ..)| *known == key);
    format!("{}{}", COUNTY.1, known.map_or(key, |(_, name, _)| name))
}

/// Code and name of a township by its number.
pub(super) fn township(number: usize) -> (String, String) {
    (format!("{}1{number:02}", COUNTY.0), TOWNSHIPS[number % TOWNSHIPS.len()].0.to_owned())
}

fn village_code(town: usize, index: usize) -> String {
    format!("{}{}", township(town).0, 201 + index)
}

/// A person's name.
pub(super) fn person(random: &mut Random) -> String {
    let surnames: Vec<char> = SURNAMES.chars().collect();
    let (first, second): (Vec<char>, Vec<char>) = (FIRST.chars().collect(), SECOND.chars().collect());
    let mut name = String::from(*random.pick(&surnames));
    let (one, two) = (*random.pick(&first), *random.pick(&second));
    if one != two {
        name.push(one);
    }
    name.push(two);
    name
}

/// A telephone number nobody has.
pub(super) fn phone(random: &mut Random) -> String {
    let prefix = random.pick(&["1990000", "1980000"]);
    format!("{prefix}{:04}", random.between(1, 9999))
}

/// Enters all offices and officers, early on a day.
pub(super) fn found(script: &mut Script, on: Date) {
    let mut at = at_minute(on, 8 * 60, 0);
    let mut office = |code: &str, name: &str, kind: &str, parent: Option<&str>, fields: &[&str]| {
        let fields = json!({ "code": code, "name": name, "kind": kind, "parent": parent, "fields": fields });
        script.add(at, "admin", "office", fields);
        at = later(at, 1);
    };
    office(CITY.0, CITY.1, "city", None, &[]);
    office(COUNTY.0, COUNTY.1, "county", Some(CITY.0), &[]);
    office(PETITION_OFFICE.0, PETITION_OFFICE.1, "petition_office", Some(COUNTY.0), &[]);
    for (key, _, fields) in DEPARTMENTS {
        office(&department(key), &department_name(key), "department", Some(COUNTY.0), fields);
    }
    for (number, (_, villages)) in TOWNSHIPS.iter().enumerate() {
        let (code, name) = township(number);
        office(&code, &name, "township", Some(COUNTY.0), &[]);
        for (index, village) in villages.iter().enumerate() {
            office(&village_code(number, index), village, "village", Some(&code), &[]);
        }
    }
    for officer in super::officers::all() {
        let fields = json!({
            "login": officer.login, "name": officer.name, "office": officer.office, "roles": officer.roles,
        });
        script.add(at, "admin", "officer", fields);
        at = later(at, 1);
    }
}
