// Korean names of what was understood.

export const INTENTS = {
  greet: "인사", goodbye: "작별 인사", thank: "고마움", ask_help: "도움 요청", ask_program: "제도 묻기",
  recommend_program: "제도 추천", check_eligibility: "되는지 묻기", search_openings: "일자리 찾기",
  subscribe_alerts: "알림 받기", search_training: "교육 찾기", search_events: "행사 찾기", join_event: "행사 신청",
  register_seeker: "구직 등록", offer_talent: "재능 나눔", find_center: "기관 찾기", resume_help: "이력서 도움",
  book_appointment: "상담 예약", change_appointment: "예약 바꾸기", cancel_appointment: "예약 취소",
  check_appointment: "예약 확인", request_visit: "방문 요청", request_accompaniment: "동행 요청",
  talk_to_counselor: "상담원 찾기", check_status: "진행 확인", update_profile: "정보 바꾸기",
  privacy_request: "개인정보 요청", report_problem: "문제 알림", labor_rights: "일터 권리", distress: "위기",
  affirm: "네", deny: "아니요", inform: "정보 말하기", repeat_simpler: "다시 쉽게", go_back: "뒤로",
  ask_identity: "누구인지 묻기", out_of_scope: "다른 이야기", nlu_fallback: "잘 모르겠음",
};

export const ENTITIES = {
  age: "나이", date: "날짜", time: "시각", district: "사는 곳", pay: "돈", phone: "전화", program: "제도",
  occupation: "하는 일", schedule: "일하는 때", career_gap: "쉰 기간",
};

const TIMINGS = { parse: "알아듣기", understand: "알아듣기", search: "찾기", turn: "전체", total: "전체", decide: "정하기", send: "보내기" };

const PERIODS = { month: "한 달에", day: "하루에", hour: "한 시간에", year: "한 해에" };

function plain(value) {
  if (value.won !== undefined) return `${PERIODS[value.period] || ""} ${Number(value.won).toLocaleString("ko-KR")}원`.trim();
  if (value.from !== undefined) return `${value.from}부터 ${value.to || "?"}까지`;
  return Object.entries(value).map(([key, one]) => `${key} ${one}`).join(", ");
}

export function valueName(value) {
  if (value === null || value === undefined || value === "") return "모름";
  return typeof value === "object" ? plain(value) : String(value);
}
export const intentName = (name) => INTENTS[name] || name;
export const entityName = (name) => ENTITIES[name] || name;
export const timingName = (name) => TIMINGS[name.replace(/_ms$/, "")] || name.replace(/_ms$/, "");
