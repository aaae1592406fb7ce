"""Which test shows which behaviour that POPULATION.md expects of each of the thirty.

A behaviour that needs something which is not built yet says what: "later: inquiries (M23)".
"""

POP = "population/"
HOSTILE = "residents/population/test_hostile.py::"
NAMES = "kernel/text/test_names.py::"
REGISTERING = POP + "test_registering.py::"
GUARDED = "consent/test_guardians.py::"
ACTING = "portal/test_acting_decisions.py::"
LIFE = "residents/test_life_of_an_account.py::"
LOOKS = "console/test_unmasking.py::"
NUMBERS = POP + "test_h30_numbers.py::"
COUNTER = POP + "test_h18_counter.py::"

SHOWN: dict[str, dict[str, str]] = {
    "H01": {
        "stored and shown unchanged": REGISTERING + "test_registers_online_without_a_lossy_change",
        "in the PDF and the export": "portal/test_leaving_pages.py::test_the_pdf_keeps_names_to_the_code_point",
        "found by common characters, listed as he writes": "console/test_desk.py::test_h01_is_found_by_the_common_spelling_and_shown_masked_as_he_writes",
        "five graphemes": NAMES
        + "test_h01_non_bmp_name_has_five_graphemes_and_is_found_by_common_forms",
        "loss report for cp932": "later: encodings of partners (M17)",
    },
    "H02": {
        "six code points, five graphemes": HOSTILE
        + "test_h02_carries_a_sequence_that_normalisation_would_not_find",
        "never parted": NAMES + "test_h02_truncation_never_parts_base_and_selector",
        "found by three spellings": "console/test_desk.py::test_h02_is_found_by_each_usual_spelling_of_watanabe",
        "receipt over the raw text": "portal/test_leaving_pages.py::test_acceptance_and_consents_stand_in_a_receipt_that_is_signed",
    },
    "H03": {
        "two characters": NAMES
        + "test_h03_family_name_with_a_sequence_fits_a_field_of_two_characters",
        "registers": REGISTERING + "test_registers_online_without_a_lossy_change",
        "code points beside the text": "portal/test_leaving_pages.py::test_the_pdf_keeps_names_to_the_code_point",
    },
    "H04": {
        "no part is invented": NAMES + "test_h04_mononym_has_no_parts_and_none_is_made_up",
        "registers": REGISTERING + "test_registers_online_without_a_lossy_change",
        "a form with two fields takes the name whole": "examples/test_applications.py::test_a_name_with_parts_is_taken_whole",
        "mapping reports the missing part": "examples/test_applications.py::test_h04_mononym_is_asked_for_the_parts_and_what_she_says_is_her_own",
    },
    "H05": {
        "no truncation": REGISTERING + "test_h05_long_name_and_alias_go_through_the_pages_whole",
        "chooses per service": POP
        + "test_h05_alias.py::test_h05_chooses_per_service_which_name_goes",
        "the record says which one": POP
        + "test_h05_alias.py::test_h05_provision_history_and_consent_say_which_one_it_was",
    },
    "H06": {
        "an item with its own consent": POP
        + "test_h05_alias.py::test_h06_former_family_name_leaves_with_its_own_consent_alone",
        "found by either": REGISTERING + "test_the_counter_finds_by_either_name",
        "history of the name": REGISTERING + "test_h06_name_before_the_marriage_ended_on_its_day",
        "services are offered the correction": "later: correction propagation (M42)",
    },
    "H07": {
        "match with folding": HOSTILE
        + "test_h07_reading_differs_from_the_register_and_matches_with_folding",
        "warned, picks": POP
        + "test_h07_reading.py::test_h07_is_warned_and_picks_on_a_page_without_a_script",
        "both kept, the picked one leaves": POP
        + "test_h07_reading.py::test_h07_picks_and_the_picked_one_leaves_with_its_origin",
    },
    "H08": {
        "never 1 January": POP
        + "test_h08_h10_dates.py::test_h08_reads_the_year_in_both_ways_and_no_first_of_january",
        "registers": REGISTERING + "test_h08_registers_at_the_counter_with_a_year_alone",
        "75 or older, not 81": POP
        + "test_h08_h10_dates.py::test_h08_is_meant_only_where_every_day_of_her_year_would_be",
        "sent as a year": POP
        + "test_h08_h10_dates.py::test_h08_reaches_a_service_as_the_year_it_is",
        "on the counter's list of a segment": "later: segments (M14)",
    },
    "H09": {
        "school a year apart": "kernel/text/test_ages.py::test_h09_twins_around_midnight_enter_school_a_year_apart",
        "one guardian": HOSTILE + "test_h09_twins_share_a_guardian_and_a_home",
        "a copy for each child": "portal/test_childrens_news.py::test_h09_the_guardian_gets_one_copy_per_child_with_its_own_reason",
    },
    "H10": {
        "adult from 1 March": POP
        + "test_h08_h10_dates.py::test_h10_is_an_adult_from_the_first_of_march",
        "attains on 28 February": "kernel/text/test_ages.py::test_h10_leap_day_attains_eighteen_on_28_february_and_is_adult_from_1_march",
        "told from that day": POP
        + "test_h08_h10_dates.py::test_h10_is_told_what_is_for_adults_from_that_day_on",
    },
    "H11": {
        "丁 stays": "kernel/text/test_addresses.py::test_h11_cho_stays_cho_and_the_number_is_told_apart",
        "as typed": HOSTILE + "test_h11_h12_h13_streets_stay_as_written",
        "a field 丁目 receives 5": "later: form mapping (M17)",
    },
    "H12": {
        "a word as number": "kernel/text/test_addresses.py::test_h12_a_word_as_block_number_is_kept_and_needs_no_digits",
        "registers": REGISTERING + "test_registers_online_without_a_lossy_change",
    },
    "H13": {
        "no 丁目 is no error": "kernel/text/test_addresses.py::test_h13_a_village_has_no_chome_and_that_is_no_error",
        "registers": REGISTERING + "test_registers_online_without_a_lossy_change",
        "no segment below k": "later: segments (M14)",
    },
    "H14": {
        "withheld although consented": "consent/test_protected.py::test_no_situation_lets_a_protected_item_leave",
        "a coarse reason": "consent/test_protected.py::test_a_partner_cannot_tell_protection_from_no_address",
        "no segment reveals the place": "delivery/test_feed.py::test_no_condition_may_know_the_place_of_somebody_whose_address_is_protected",
        "no page of staff tells it": LOOKS + "test_h14_no_page_of_staff_tells_a_place",
        "a second person to unmask": LOOKS
        + "test_h14_a_look_needs_a_second_person_and_is_good_once",
        "the former partner is a stranger": "console/test_guardians.py::test_h14b_a_former_partner_with_a_right_acts_for_nobody_and_no_place_shows",
        "not in an export": "portal/test_leaving_pages.py::test_a_protected_address_is_in_no_export",
    },
    "H15": {
        "either reads": HOSTILE + "test_h15_child_has_two_guardians_and_lives_with_one",
        "both must agree": ACTING + "test_h15_the_first_parents_yes_waits_for_the_second",
        "one stops at once": ACTING + "test_h15_one_parents_no_ends_it_at_once",
        "neither sees the other's address": ACTING
        + "test_h15_no_page_of_one_parent_tells_the_others_address",
    },
    "H16": {
        "nothing leaves from midnight": GUARDED
        + "test_at_midnight_of_majority_nothing_leaves_any_more",
        "the guardian is refused": GUARDED
        + "test_at_midnight_of_majority_the_parent_decides_nothing_any_more",
        "told, with a choice": "consent/test_majority.py::test_h16_is_told_at_midnight_and_not_before_and_once",
        "confirmed goes on": GUARDED + "test_what_the_young_adult_confirms_goes_on",
        "unanswered ends in disposal": GUARDED
        + "test_what_nobody_confirmed_is_ended_and_disposed_of",
        "begun before, released after": GUARDED
        + "test_a_release_from_before_midnight_is_not_handed_over_after",
    },
    "H17": {
        "delegated areas only": "console/test_guardians.py::test_h17_an_adult_is_acted_for_in_each_role_for_what_was_delegated",
        "on behalf of": ACTING + "test_h17_each_act_says_on_whose_behalf_in_the_residents_own_log",
        "an explicit choice": ACTING + "test_a_professional_guardian_changes_by_an_explicit_choice",
        "the name on every page": "portal/test_acting.py::test_every_page_names_the_person_acted_for_and_leads_back",
    },
    "H18": {
        "registered by staff, with a slip": "console/test_counter.py::test_h18_gets_an_id_without_mail_and_a_slip_with_a_code",
        "read out, recorded as counter": COUNTER
        + "test_h18_allows_and_it_is_written_down_as_said_at_the_counter",
        "on the postal list at once": "console/test_letters.py::test_h18_is_on_the_postal_list_as_soon_as_the_change_is_announced",
        "goes online later": POP
        + "test_h18_going_online.py::test_h18_takes_her_id_online_and_no_second_one_is_issued",
        "stops as easily": COUNTER + "test_h18_stops_as_easily",
    },
    "H19": {
        "by keyboard without scripts": "journeys/test_browser_h19.py::test_h19_registers_shares_corrects_and_stops_by_keyboard_without_scripts",
        "labels and mistakes": "journeys/test_browser_h19.py::test_h19_hears_each_field_by_its_name_and_each_mistake_at_its_field",
        "an important notice": "later: important notices (M20)",
    },
    "H20": {
        "every text without kanji": "ui/test_languages.py::test_easy_japanese_is_written_without_kanji",
        "lang is ja": POP
        + "test_h20_easy_japanese.py::test_h20_reads_pages_that_say_they_are_japanese",
        "dates": POP + "test_h20_easy_japanese.py::test_h20_dates_are_in_the_western_calendar",
        "receipt": POP
        + "test_h20_easy_japanese.py::test_h20_receipt_names_what_was_read_and_what_is_valid",
    },
    "H21": {
        "no fixed address": REGISTERING
        + "test_h21_registers_with_only_the_ward_and_letters_wait_at_the_counter",
        "nothing after signing out": POP
        + "test_h21_h24_mixing_up.py::test_h21_no_page_is_kept_by_the_browser",
        "two in one browser": POP
        + "test_h21_h24_mixing_up.py::test_h21_two_accounts_in_one_browser_do_not_mix",
        "one address, many people": POP
        + "test_h21_h24_mixing_up.py::test_h21_a_guesser_at_the_same_computer_locks_nobody_out",
    },
    "H22": {
        "new ID": LIFE + "test_h22_gets_a_new_id_and_is_nobodys_duplicate",
        "new sub": LIFE + "test_h22_gets_new_pairwise_subjects_at_the_services_of_old",
        "nothing reappears": LIFE + "test_h22_finds_nothing_of_the_old_account",
        "old obligations continue": LIFE
        + "test_h22s_old_services_still_owe_a_disposal_and_can_certify",
        "old entries are not joined": LIFE
        + "test_h22s_old_entries_name_the_old_id_and_nothing_joins_it_to_the_new_one",
    },
    "H23": {
        "delivery stops, queued ones too": LIFE
        + "test_h23_gets_none_of_the_mails_that_were_queued_before",
        "consents end, disposal begins": LIFE
        + "test_h23s_consents_end_and_every_service_is_asked_to_dispose",
        "heirs at the rights desk": "later: rights desk (M10)",
    },
    "H24": {
        "flagged, goes through": "console/test_counter.py::test_somebody_alike_is_shown_masked_and_the_registration_goes_through",
        "never merged": "residents/test_duplicates.py::test_same_name_and_birth_date_elsewhere_is_a_case_of_its_own_kind",
        "both listed": "console/test_desk.py::test_two_of_one_name_and_birth_date_are_told_apart_by_municipality",
        "each provision reaches the right one": POP
        + "test_h21_h24_mixing_up.py::test_h24_each_release_is_about_the_right_one",
    },
    "H25": {
        "refused from the move on": POP
        + "test_h25_moving.py::test_h25_data_flows_while_he_lives_there_and_not_from_the_move_on",
        "keeps other links": POP
        + "test_h25_moving.py::test_h25_keeps_his_id_and_his_other_services",
        "sees why": POP
        + "test_h25_moving.py::test_h25_who_lives_elsewhere_is_told_so_instead_of_being_asked",
        "segments of both days": "later: segments (M14)",
    },
    "H26": {
        "not her own record": "console/test_desk.py::test_staff_do_not_open_their_own_record_nor_one_of_their_home",
        "nor a neighbour's": LOOKS
        + "test_h26_a_neighbour_in_the_same_house_is_refused_and_reviewed",
        "sees looks at her": LOOKS + "test_h26_she_reads_of_looks_at_her_own_record_as_a_resident",
    },
    "H27": {
        "in no later row": POP
        + "test_h27_h28_partners.py::test_h27_is_in_no_row_that_is_asked_for_after_the_stop",
        "over HTTP, many rounds": "consent/test_races.py::test_after_the_stop_is_answered_nothing_leaves_and_nothing_left_unrecorded",
        "a batch of the partner's API": "later: batch pull (M27)",
    },
    "H28": {
        "overdue, then nothing more": POP
        + "test_h27_h28_partners.py::test_h28_the_partner_receives_nothing_about_anybody_until_it_answers",
        "never a green tick": POP
        + "test_h27_h28_partners.py::test_h28_the_resident_sees_that_it_is_overdue_and_no_green_tick",
        "excepted, publicly flagged": "later: disposal outcomes (M39)",
    },
    "H29": {
        "proposed, waits for yes": REGISTERING
        + "test_h29_address_with_a_radical_is_proposed_and_waits_for_yes",
        "the raw text stays": REGISTERING + "test_h29_raw_text_stays_where_she_says_so",
        "a name is never changed": REGISTERING
        + "test_h29_name_with_a_radical_is_never_changed_silently",
    },
    "H30": {
        "what is masked and what stays": "kernel/text/test_numbers.py::test_h30_what_is_masked_and_what_stays",
        "told what and why": NUMBERS + "test_h30_a_note_comes_back_without_the_number_and_says_why",
        "an inquiry": "later: inquiries (M23)",
    },
}
