"""Who may read which group of rows: one line for each group, by the names of the users."""

#: Coordinates school B and works for provider P: two roles that must not mix.
DUAL = "coordinator_b_and_worker_p"
WORKERS_P = f"worker_p leader_p colleague_p {DUAL}"
MANAGERS_P = "manager_p second_manager_p"
ALL_P = f"{WORKERS_P} {MANAGERS_P}"
#: Who helps the children in the group of school A; the leader by leading it.
CASE_P = "worker_p leader_p"
CARE_P = f"{CASE_P} {MANAGERS_P}"
SCHOOL_B = f"coordinator_b {DUAL}"
CARE_Q = "worker_q manager_q"
TABLE = f"adviser partnership coordinator_a {SCHOOL_B} {MANAGERS_P} manager_q"

AUDIENCE = {
    # School A with its pupils
    "private_a": "coordinator_a",
    "unshared_a": "coordinator_a",
    "unshared_a_question": "coordinator_a",
    "queue_a": f"coordinator_a {ALL_P}",
    "queue_a_family": "coordinator_a",
    "case_a_child": f"coordinator_a teacher_a {CARE_P}",
    "case_a_family": f"coordinator_a {CARE_P}",
    "case_a_question": f"coordinator_a {CARE_P}",
    "case_a_school_goal": f"coordinator_a {CARE_P}",
    "case_a_message": f"coordinator_a {CASE_P}",
    "case_a_agreement": f"coordinator_a teacher_a {CASE_P}",
    "case_a_care_goal": CARE_P,
    "case_a_plan": CARE_P,
    "case_a_note": CASE_P,
    "withdrawn_a_child": f"coordinator_a {CARE_P}",
    "withdrawn_a_question": "coordinator_a",
    "withdrawn_a_plan": CARE_P,
    "withdrawn_a_note": CASE_P,
    "withdrawn_a_message": CASE_P,
    "old_a_child": f"coordinator_a {CARE_Q}",
    "old_a_question": f"coordinator_a {CARE_Q}",
    "old_a_note": "worker_q",
    # School B
    "private_b": SCHOOL_B,
    "case_b_child": f"{SCHOOL_B} {CARE_Q}",
    "case_b_family": f"{SCHOOL_B} {CARE_Q}",
    "case_b_question": f"{SCHOOL_B} {CARE_Q}",
    "case_b_message": f"{SCHOOL_B} worker_q",
    "case_b_plan": CARE_Q,
    "case_b_note": "worker_q",
    # Groups: the school knows of the group, not what is written about it or about a child
    "group_a": f"coordinator_a {ALL_P}",
    "group_a_note": ALL_P,
    "group_a_attention": CASE_P,
    "withdrawn_a_attention": CASE_P,
    "collective_a": f"coordinator_a {ALL_P}",
    "group_b": f"{SCHOOL_B} {CARE_Q}",
    "group_b_note": CARE_Q,
    "group_b_attention": "worker_q",
    # Bought care: the school sees which help comes and its own answer, not why or how much
    "purchase_a": CARE_P,
    "purchase_a_help": f"coordinator_a {CARE_P}",
    "purchase_a_answer": f"coordinator_a {CARE_P}",
    "purchase_a_decision": CARE_P,
    "bill_a": CARE_P,
    "choice_a": CARE_P,
    "contract_p": ALL_P,
    "purchase_b": CARE_Q,
    "purchase_b_help": f"{SCHOOL_B} {CARE_Q}",
    "purchase_b_answer": f"{SCHOOL_B} {CARE_Q}",
    "contract_q": CARE_Q,
    # Money, absence, answers, files
    "money_p": MANAGERS_P,
    "money_q": "manager_q",
    "absence_a": "coordinator_a",
    "absence_b": SCHOOL_B,
    "remarks_p": MANAGERS_P,
    "sealed_q": "",
    "file_a": "coordinator_a",
    "file_b": SCHOOL_B,
    # Meetings: everybody at the table of an arrangement, whatever the organisation
    "meeting": TABLE,
    "meeting_west": "manager_q adviser_west",
}


def seen_by(name: str) -> list[str]:
    """The groups of rows that a user may read."""
    return sorted(group for group, names in AUDIENCE.items() if name in names.split())
