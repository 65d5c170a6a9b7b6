//! The desk as officers meet it: signed in, each does their own office's work, told why where the law says no.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

#[allow(dead_code, reason = "each test program uses a part of the town")]
mod desk_town;

use axum::http::StatusCode;
use desk_town::{PASSWORD, Town, VISIT, after, once_in};
use jiff::SignedDuration;

#[tokio::test]
async fn nobody_gets_in_without_the_right_password() {
    let town = Town::new();
    let away = town.get("", "/desk?show=late").await;
    away.is(StatusCode::SEE_OTHER);
    assert_eq!(away.location, "/desk/sign-in?to=/desk%3Fshow%3Dlate");
    town.get("desk=nonsense", "/desk").await.is(StatusCode::SEE_OTHER);
    town.get("", "/desk/sign-in?to=/desk/report").await.is(StatusCode::OK).shows(&["value=\"/desk/report\""]);
    town.get("", "/desk/sign-in?to=https://x.test").await.shows(&["value=\"/desk\""]);

    let wrong = town.post("", "/desk/sign-in", &[("login", "clerk"), ("password", "不对")]).await;
    let nobody = town.post("", "/desk/sign-in", &[("login", "nobody"), ("password", "不对")]).await;
    wrong.is(StatusCode::UNAUTHORIZED).shows(&["账号或密码不对"]);
    assert_eq!(wrong.text().replace("clerk", ""), nobody.text().replace("nobody", ""));

    let right = [("login", "clerk"), ("password", PASSWORD), ("to", "/desk/report")];
    let entered = town.post("", "/desk/sign-in", &right).await;
    assert_eq!((entered.status, entered.location.as_str()), (StatusCode::SEE_OTHER, "/desk/report"));
    town.get(&entered.cookie, "/desk").await.is(StatusCode::OK).shows(&["林小海", "青河县信访局", "登记员"]);
    town.post(&entered.cookie, "/desk/sign-out", &[]).await.is(StatusCode::SEE_OTHER);
    town.get(&entered.cookie, "/desk").await.is(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn after_five_wrong_passwords_a_login_waits() {
    let town = Town::new();
    for _ in 0..5 {
        let wrong = town.post("", "/desk/sign-in", &[("login", "clerk"), ("password", "x")]).await;
        wrong.is(StatusCode::UNAUTHORIZED);
    }
    let right = [("login", "clerk"), ("password", PASSWORD)];
    town.post("", "/desk/sign-in", &right).await.is(StatusCode::TOO_MANY_REQUESTS).shows(&["请30秒后再试"]);
    town.sign_in("chief").await;
    town.pass(SignedDuration::from_secs(31));
    town.post("", "/desk/sign-in", &right).await.is(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_browser_is_signed_out_after_twelve_hours() {
    let town = Town::new();
    let clerk = town.sign_in("clerk").await;
    town.pass(SignedDuration::from_hours(12));
    town.get(&clerk, "/desk").await.is(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_visit_is_registered_once_however_often_the_form_is_sent() {
    let town = Town::new();
    let clerk = town.sign_in("clerk").await;
    let form = town.get(&clerk, "/desk/register").await;
    form.is(StatusCode::OK).shows(&["<optgroup label=\"第1镇\">", "第1镇 第1村", "农民工工资"]);
    let once = once_in(&form.text());
    let first = town.visit(&clerk, &once).await;
    assert_eq!(town.visit(&clerk, &once).await, first);
    let inbox = town.get(&clerk, "/desk").await;
    inbox.is(StatusCode::OK).shows(&["反映工地拖欠工资", &first, "已登记，待转送", "第1镇 第1村", "3 人"]);
    assert_eq!(inbox.text().matches("matter-link").count(), 1);
    let matter = town.get(&clerk, &format!("/desk/matters/{first}")).await;
    matter.is(StatusCode::OK).shows(&["三月到八月的工资没有结清。\n希望尽快发放。", "陈海生", "登记转送期限"]);
}

#[tokio::test]
async fn what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost() {
    let town = Town::new();
    let clerk = town.sign_in("clerk").await;
    let bare = [("kind", "new"), ("channel", "visit"), ("people", "12"), ("summary", "反映<b>工资</b>")];
    let answer = town.post(&clerk, "/desk/register", &bare).await;
    answer.is(StatusCode::UNPROCESSABLE_ENTITY);
    answer.shows(&["id=\"place-error\"", "id=\"category-error\"", "id=\"text-error\"", "id=\"name-error\""]);
    answer.shows(&["value=\"12\"", "反映&#60;b&#62;工资"]);
    let many = [&VISIT[..2], &[("people", "12")], &VISIT[3..]].concat();
    let answer = town.post(&clerk, "/desk/register", &many).await;
    answer.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["representatives-error", "1至5名代表", "三月到八月"]);
    let future = [&VISIT[..], &[("received", "2026-03-03")]].concat();
    let answer = town.post(&clerk, "/desk/register", &future).await;
    answer.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["received-error", "晚于登记日期"]);
    let wages = town.sign_in("wages").await;
    let shut = town.get(&wages, "/desk/register").await;
    shut.is(StatusCode::FORBIDDEN).shows(&["登记员", "回到待办", "退出"]);
    town.post(&wages, "/desk/register", &VISIT).await.is(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn who_comes_again_gets_a_receipt_and_no_new_clock() {
    let town = Town::new();
    let clerk = town.sign_in("clerk").await;
    let reference = town.visit(&clerk, "").await;
    let again = [("kind", "repeat"), ("channel", "visit"), ("people", "2"), ("text", "又来问一次")];
    let wrong = town.post(&clerk, "/desk/register", &[&again[..], &[("of", "1234-5")]].concat()).await;
    wrong.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["of-error", "没有找到这个编号", "又来问一次"]);
    let right = town.post(&clerk, "/desk/register", &[&again[..], &[("of", reference.as_str())]].concat()).await;
    right.is(StatusCode::OK).shows(&["再次来访 登记回执", &reference, "查询码不变", "交给来访人"]);
    let called = [("channel", "phone"), ("of", reference.as_str()), ("once", "0123456789")];
    let called = [&[("kind", "repeat"), ("people", "1"), ("text", "打来问")][..], &called].concat();
    town.post(&clerk, "/desk/register", &called).await.shows(&["再次来电 登记回执", "请告诉来电人已经登记"]);
    let matter = town.get(&clerk, &format!("/desk/matters/{reference}")).await;
    matter.shows(&["又来问一次", "再次来访，2人"]);
    assert_eq!(matter.text().matches("class=\"clock-name\"").count(), 1);
}

#[tokio::test]
async fn a_matter_goes_from_the_window_to_the_answer() {
    let town = Town::new();
    let (clerk, wages, reference) = town.accepted().await;
    let at = format!("/desk/matters/{reference}");
    let page = town.get(&wages, &at).await;
    page.is(StatusCode::OK).shows(&["办理中", "办理期限", "支持", "不予支持", "act-extend", "act-decide"]);
    // What may not be done says why, with the article.
    page.shows(&["现在不能做", "只在“已答复，可申请复查”时可以办", "《信访工作条例》第22条"]);
    town.get(&clerk, &at).await.is(StatusCode::OK).shows(&["登记再次来信来访", "《信访工作条例》"]);

    let decide = [("outcome", "supported"), ("text", "经查属实，责令十五日内付清。"), ("basis", "《条例》")];
    let done = town.post(&wages, &format!("{at}/decide"), &decide).await;
    done.is(StatusCode::SEE_OTHER);
    let told = town.get(&wages, &done.location).await;
    told.shows(&["已办理并登记：作出意见", "看处理意见书", "已作出意见，待送达"]);
    let letter = town.get(&wages, &after(&told.text(), "</span><a href=\"", '"')).await;
    letter.is(StatusCode::OK).shows(&["处理意见书", "application/pdf", "当面送达", "确认送达"]);

    let serve = [("document", "opinion"), ("how", "in_person")];
    town.post(&wages, &format!("{at}/serve"), &serve).await.is(StatusCode::SEE_OTHER);
    town.get(&wages, &at).await.shows(&["已答复，可申请复查", "当面送达处理意见书"]);
    let again = town.post(&wages, &format!("{at}/serve"), &serve).await;
    again.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["没有待送达的“处理意见书”", "没有登记"]);
}

#[tokio::test]
async fn a_letter_is_a_pdf_for_those_who_may_see_the_matter() {
    let town = Town::new();
    let (_, wages, reference) = town.accepted().await;
    let page = town.get(&wages, &format!("/desk/matters/{reference}")).await;
    let pdf = town.get(&wages, &after(&page.text(), "class=\"letter-pdf\" href=\"", '"')).await;
    pdf.is(StatusCode::OK);
    assert_eq!(pdf.kind, "application/pdf");
    assert!(pdf.body.starts_with(b"%PDF"));
    for wrong in ["0", "9", "x", "9.pdf", "-1"] {
        town.get(&wages, &format!("/desk/letters/{reference}/{wrong}")).await.is(StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn what_the_law_forbids_is_refused_with_its_article() {
    let town = Town::new();
    let (clerk, wages, reference) = town.accepted().await;
    let at = format!("/desk/matters/{reference}");
    // Another's act: who may, and nothing typed is lost.
    let decide = [("outcome", "supported"), ("text", "由信访局来定"), ("basis", "")];
    let role = town.post(&clerk, &format!("{at}/decide"), &decide).await;
    role.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["您的岗位不能办理", "承办人", "由信访局来定"]);
    // Not in this step.
    let refuse = [("ground", "not_competent"), ("go_to", "其他机关")];
    let step = town.post(&wages, &format!("{at}/refuse"), &refuse).await;
    step.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["办理中", "不能不予受理", "其他机关"]);
    // A field that is to be mended, with what was typed.
    let long = [("days", "45"), ("reason", "需要现场勘测"), ("approved_by", "wageslead")];
    let answer = town.post(&wages, &format!("{at}/extend"), &long).await;
    answer.is(StatusCode::UNPROCESSABLE_ENTITY);
    answer.shows(&["extend-days-error", "《信访工作条例》第34条", "需要现场勘测", "value=\"45\""]);
    let stranger = [("days", "30"), ("reason", "需要现场勘测"), ("approved_by", "wages")];
    let answer = town.post(&wages, &format!("{at}/extend"), &stranger).await;
    answer.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["extend-approved_by-error", "不能批准"]);
    let right = [("days", "30"), ("reason", "需要现场勘测"), ("approved_by", "wageslead")];
    town.post(&wages, &format!("{at}/extend"), &right).await.is(StatusCode::SEE_OTHER);
    let twice = town.post(&wages, &format!("{at}/extend"), &right).await;
    twice.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["已经办过", "第34条", "您刚才写的"]);
    town.get(&wages, &at).await.shows(&["另批准延长30日"]);
    // The petitioner's own acts are nobody else's.
    let rate = [("about", "competent_office"), ("rating", "satisfied")];
    let rated = town.post(&wages, &format!("{at}/rate"), &rate).await;
    rated.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["信访人本人"]);
    town.post(&wages, &format!("{at}/forget"), &[]).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_form_sent_twice_acts_once() {
    let town = Town::new();
    let clerk = town.sign_in("clerk").await;
    let reference = town.visit(&clerk, "").await;
    let at = format!("/desk/matters/{reference}");
    let page = town.get(&clerk, &at).await;
    page.shows(&["<optgroup label=\"按分类应由它办\"><option value=\"hr\">"]);
    let once = once_in(&page.text());
    let fields = [("to", "hr"), ("once", once.as_str())];
    for _ in 0..2 {
        town.post(&clerk, &format!("{at}/transfer"), &fields).await.is(StatusCode::SEE_OTHER);
    }
    let page = town.get(&clerk, &at).await;
    assert_eq!(page.text().matches("转送青河县人社局").count(), 1);
    // Another form is another act, and is refused.
    let other = town.post(&clerk, &format!("{at}/transfer"), &[("to", "hb")]).await;
    other.is(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_late_act_is_taken_and_said_to_be_late() {
    let town = Town::new();
    let clerk = town.sign_in("clerk").await;
    let reference = town.visit(&clerk, "").await;
    let at = format!("/desk/matters/{reference}");
    town.post(&clerk, &format!("{at}/transfer"), &[("to", "hr")]).await.is(StatusCode::SEE_OTHER);
    town.pass(SignedDuration::from_hours(20 * 24));
    let (clerk, wages) = (town.sign_in("clerk").await, town.sign_in("wages").await);
    town.get(&wages, "/desk?show=late").await.shows(&[&reference, "已逾期"]);
    town.get(&wages, &at).await.shows(&["按逾期统计"]);
    town.get(&clerk, "/desk").await.shows(&["期限届满的告知", "告知期限", &reference]);
    town.post(&wages, &format!("{at}/accept"), &[]).await.is(StatusCode::SEE_OTHER);
    assert!(!town.get(&clerk, "/desk").await.text().contains("期限届满的告知"));
}

#[tokio::test]
async fn a_session_is_announced_held_and_receives_who_came_that_day() {
    let town = Town::new();
    let chief = town.sign_in("chief").await;
    let here = "/desk/sessions/announce";
    let mut fields = vec![("kind", "reception"), ("office", "xf"), ("time", "09:00"), ("place", "接访大厅")];
    town.get(&chief, here).await.is(StatusCode::OK).shows(&["陈县长", "最早 2026年3月7日"]);
    let soon = [&fields[..], &[("day", "2026-03-05"), ("leaders", "magistrate")]].concat();
    let refused = town.post(&chief, here, &soon).await;
    refused.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["day-error", "至少提前5日公告", "value=\"2026-03-05\""]);
    fields.extend([("day", "2026-03-09"), ("leaders", "magistrate"), ("once", "0123456789abcdef")]);
    for _ in 0..2 {
        town.post(&chief, here, &fields).await.is(StatusCode::SEE_OTHER);
    }
    let list = town.get(&chief, "/desk/sessions?told=announced").await;
    list.is(StatusCode::OK).shows(&["2026年3月9日 周一 09:00", "还有 7 天", "接访已公告"]);
    assert_eq!(list.text().matches("class=\"matter-link\"").count(), 1);
    let session = after(&list.text(), "class=\"matter-link\" href=\"", '"');
    town.get(&chief, &session).await.is(StatusCode::OK).shows(&["陈县长", "已公告，未到时间"]);
    town.post(&chief, &format!("{session}/hold"), &[]).await.is(StatusCode::UNPROCESSABLE_ENTITY);

    town.pass(SignedDuration::from_hours(7 * 24));
    let (chief, clerk) = (town.sign_in("chief").await, town.sign_in("clerk").await);
    let reference = town.visit(&clerk, "").await;
    let wrong = town.post(&chief, &format!("{session}/hold"), &[("attended_county", "两人")]).await;
    wrong.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["请写数字", "value=\"两人\""]);
    let hold = [("attended_county", "2"), ("attended_department", "3"), ("attended_village", "")];
    town.post(&chief, &format!("{session}/hold"), &hold).await.is(StatusCode::SEE_OTHER);
    let intake = format!("{reference}/1");
    let page = town.get(&clerk, &session).await;
    page.is(StatusCode::OK).shows(&["已举行", &format!("value=\"{intake}\""), "当场解决"]);
    let receive = [("intake", intake.as_str()), ("people", "3"), ("result", "explained")];
    let done = town.post(&clerk, &format!("{session}/receive"), &receive).await;
    done.is(StatusCode::SEE_OTHER);
    let page = town.get(&clerk, &done.location).await;
    page.shows(&["接待了 1 批 3 人", &reference, "解释说明", "已记下一批接待"]);
    let twice = town.post(&clerk, &format!("{session}/receive"), &receive).await;
    twice.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["intake-error", "已记入该场次"]);

    let wages = town.sign_in("wages").await;
    town.get(&wages, &session).await.is(StatusCode::NOT_FOUND);
    town.post(&wages, &format!("{session}/hold"), &hold).await.is(StatusCode::NOT_FOUND);
    town.get(&wages, here).await.is(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn who_wants_no_contact_is_sent_no_letter() {
    let town = Town::new();
    let (clerk, wages) = (town.sign_in("clerk").await, town.sign_in("wages").await);
    let wish = [&VISIT[..], &[("contact", "不联系，自己凭查询码查看")]].concat();
    let registered = town.post(&clerk, "/desk/register", &wish).await;
    let reference = after(&registered.text(), "receipt-reference\">", '<');
    let at = format!("/desk/matters/{reference}");
    town.post(&clerk, &format!("{at}/transfer"), &[("to", "hr")]).await.is(StatusCode::SEE_OTHER);
    town.post(&wages, &format!("{at}/accept"), &[]).await.is(StatusCode::SEE_OTHER);
    let page = town.get(&wages, &at).await;
    page.shows(&["信访人的联系要求：不联系，自己凭查询码查看", "value=\"post\"", "不能邮寄"]);
    let letter = [("document", "acceptance_notice"), ("how", "post")];
    let refused = town.post(&wages, &format!("{at}/serve"), &letter).await;
    refused.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["serve-how-error", "不能邮寄"]);
}

/// The code a telephone shows for a secret now.
fn shown(town: &Town, secret: &str) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).with_account_name("x").build().unwrap();
    totp.generate(u64::try_from(town.now().as_second()).unwrap()).to_string()
}

#[tokio::test]
async fn an_officer_sets_codes_up_before_anything_else_and_then_needs_them() {
    let town = Town::with_codes();
    let clerk = town.sign_in("clerk").await;
    let away = town.get(&clerk, "/desk").await;
    assert_eq!((away.status, away.location.as_str()), (StatusCode::SEE_OTHER, "/desk/account/codes"));
    let away = town.post(&clerk, "/desk/register", &VISIT).await;
    assert_eq!(away.location, "/desk/account/codes", "nothing is registered before");
    let page = town.get(&clerk, "/desk/account/codes").await;
    let secret = after(&page.is(StatusCode::OK).text(), "name=\"secret\" value=\"", '"');
    let wrong = [("secret", secret.as_str()), ("code", "000000")];
    let again = town.post(&clerk, "/desk/account/codes", &wrong).await;
    again.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["口令不对", &secret]);
    let code = shown(&town, &secret);
    let right = [("secret", secret.as_str()), ("code", code.as_str())];
    town.post(&clerk, "/desk/account/codes", &right).await.is(StatusCode::SEE_OTHER);
    town.get(&clerk, "/desk").await.is(StatusCode::OK);

    let signs_in = async |code: &str| {
        town.post("", "/desk/sign-in", &[("login", "clerk"), ("password", PASSWORD), ("code", code)]).await
    };
    signs_in("").await.is(StatusCode::UNAUTHORIZED).shows(&["请连同密码一起填写动态口令"]);
    signs_in(&code).await.is(StatusCode::UNAUTHORIZED).shows(&["已经用过"]);
    town.pass(SignedDuration::from_secs(30));
    let code = shown(&town, &secret);
    signs_in(&code).await.is(StatusCode::SEE_OTHER);
    signs_in(&code).await.is(StatusCode::UNAUTHORIZED).shows(&["已经用过"]);
    let bad = town.post("", "/desk/sign-in", &[("login", "clerk"), ("password", "不对"), ("code", &code)]).await;
    bad.is(StatusCode::UNAUTHORIZED).shows(&["账号或密码不对"]);
}

#[tokio::test]
async fn an_officer_sees_where_they_are_signed_in_and_ends_it() {
    let town = Town::new();
    let (here, there) = (town.sign_in("clerk").await, town.sign_in("clerk").await);
    let page = town.get(&here, "/desk/account").await;
    page.is(StatusCode::OK).shows(&["就是这里", "不认识的浏览器"]);
    let id = after(&page.text(), "name=\"id\" value=\"", '"');
    let chief = town.sign_in("chief").await;
    town.post(&chief, "/desk/account/end", &[("id", id.as_str())]).await.is(StatusCode::SEE_OTHER);
    town.get(&there, "/desk").await.is(StatusCode::OK);
    town.post(&here, "/desk/account/end", &[("id", id.as_str())]).await.is(StatusCode::SEE_OTHER);
    town.get(&there, "/desk").await.is(StatusCode::SEE_OTHER);
    town.get(&here, "/desk").await.is(StatusCode::OK);
}

#[tokio::test]
async fn a_new_password_signs_out_everywhere() {
    let town = Town::new();
    let (here, there) = (town.sign_in("clerk").await, town.sign_in("clerk").await);
    let post = async |fields: &[(&str, &str)]| town.post(&here, "/desk/account/password", fields).await;
    post(&[("old", "不对"), ("new", "另一句十个字以上的话")]).await.shows(&["现在的密码不对"]);
    post(&[("old", PASSWORD), ("new", "短")]).await.shows(&["密码至少10个字符"]);
    let changed = post(&[("old", PASSWORD), ("new", "另一句十个字以上的话")]).await;
    assert_eq!(changed.location, "/desk/sign-in?why=password");
    for cookie in [&here, &there] {
        town.get(cookie, "/desk").await.is(StatusCode::SEE_OTHER);
    }
    let new = [("login", "clerk"), ("password", "另一句十个字以上的话")];
    town.post("", "/desk/sign-in", &new).await.is(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_browser_that_is_left_alone_for_an_hour_is_signed_out() {
    let town = Town::new();
    let clerk = town.sign_in("clerk").await;
    for _ in 0..3 {
        town.pass(SignedDuration::from_mins(50));
        town.get(&clerk, "/desk").await.is(StatusCode::OK);
    }
    town.pass(SignedDuration::from_mins(61));
    town.get(&clerk, "/desk").await.is(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn several_people_are_served_one_by_one_or_all_online() {
    let town = Town::new();
    let clerk = town.sign_in("clerk").await;
    let group = [("people", "12"), ("representative_1_name", "林阿妹"), ("representative_2_name", "黄水根")];
    let visit: Vec<(&str, &str)> =
        VISIT.iter().filter(|(name, _)| *name != "people").copied().chain(group).collect();
    let receipt = town.post(&clerk, "/desk/register", &visit).await;
    receipt.is(StatusCode::OK);
    let text = receipt.text();
    let slips: Vec<&str> =
        text.split("receipt-slip").skip(1).map(|slip| slip.split("</section>").next().unwrap()).collect();
    assert_eq!(slips.len(), 2, "{text}");
    assert!(
        slips.iter().all(|slip| ["林阿妹", "黄水根", "陈海生"].iter().all(|name| !slip.contains(name))),
        "{text}"
    );
    let at = after(&text, "href=\"/desk/matters/", '"');
    let at = format!("/desk/matters/{at}");
    town.post(&clerk, &format!("{at}/transfer"), &[("to", "hr")]).await.is(StatusCode::SEE_OTHER);
    let wages = town.sign_in("wages").await;
    town.post(&wages, &format!("{at}/accept"), &[]).await.is(StatusCode::SEE_OTHER);
    let decide = [("outcome", "supported"), ("text", "经查属实，责令十五日内付清。"), ("basis", "《条例》")];
    town.post(&wages, &format!("{at}/decide"), &decide).await.is(StatusCode::SEE_OTHER);
    let page = town.get(&wages, &at).await;
    page.shows(&["送达给谁", "第1位代表 林阿妹", "第2位代表 黄水根", "所有还没有送达的人"]);
    let by_hand = [("document", "opinion"), ("how", "in_person")];
    let nobody = town.post(&wages, &format!("{at}/serve"), &[&by_hand[..], &[("party", "all")]].concat()).await;
    nobody.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["party-error", "请选送达给谁"]);
    let one = town.post(&wages, &format!("{at}/serve"), &[&by_hand[..], &[("party", "1")]].concat()).await;
    one.is(StatusCode::SEE_OTHER);
    let page = town.get(&wages, &at).await;
    page.shows(&["还有 2 人没有送达", "第2位代表 黄水根"]);
    let twice = town.post(&wages, &format!("{at}/serve"), &[&by_hand[..], &[("party", "1")]].concat()).await;
    twice.is(StatusCode::UNPROCESSABLE_ENTITY);
    let all = [("document", "opinion"), ("how", "online"), ("party", "all")];
    town.post(&wages, &format!("{at}/serve"), &all).await.is(StatusCode::SEE_OTHER);
    assert!(!town.get(&wages, &at).await.text().contains("人没有送达"), "all are served");
}
