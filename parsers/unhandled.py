"""Types that are real, and start nothing here: they are told apart from types nobody knows."""

# https://docs.github.com/webhooks/webhook-events-and-payloads, and those that GitHub has retired.
GITHUB = frozenset(
    """
    branch_protection_configuration branch_protection_rule check_run check_suite
    code_scanning_alert commit_comment content_reference create custom_property
    custom_property_promoted_to_enterprise custom_property_values delete dependabot_alert deploy_key
    deployment deployment_protection_rule deployment_review deployment_status discussion
    discussion_comment exemption_request_push_ruleset exemption_request_secret_scanning fork
    github_app_authorization gollum installation_target integration_installation
    integration_installation_repositories issue_dependencies issues label marketplace_purchase
    member membership merge_group merge_queue_entry meta milestone org_block organization package
    page_build personal_access_token_request ping project project_card project_column projects_v2
    projects_v2_item projects_v2_status_update public pull_request_review
    pull_request_review_comment pull_request_review_thread registry_package repository
    repository_advisory repository_dispatch repository_import repository_ruleset
    repository_vulnerability_alert secret_scanning_alert secret_scanning_alert_location
    secret_scanning_scan security_advisory security_and_analysis sponsorship star status sub_issues
    team team_add watch workflow_dispatch workflow_job workflow_run
    """.split()
)

# Topics by what they begin with: https://docs.pagure.org/pagure/usage/using_webhooks.html
_PAGURE = ("commit.", "git.", "group.", "issue.", "project.", "pull-request.", "tag.")
_TOPICS = {
    "pagure": _PAGURE,
    "centosmsg": _PAGURE,
    "fedora-messaging": ("pagure.", "git.", "copr.", "buildsys."),
}


def is_known(source: str, message_type: str) -> bool:
    """Whether `source` sends messages of that type, though no parser reads them.

    A GitHub body without header and without a shape of ours has the type "": one of the others.
    """
    if source == "github":
        return not message_type or message_type in GITHUB
    return message_type.startswith(_TOPICS.get(source, ()))
