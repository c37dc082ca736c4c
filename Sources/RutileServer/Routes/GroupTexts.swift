import RutileJSON

/// What the OpenAPI document says of the routes of groups.
enum GroupTexts {
    private static let id = RouteDocumentation.Parameter.path("group_id", "The group's id.")
    private static let noGroup: (status: Int, meaning: String, contentType: String) = (
        404, "There is no such group.", "application/json"
    )

    static let list = RouteDocumentation(
        "Find groups", "All groups that fulfil all criteria.",
        parameters: [
            .query("group_id", "An id; several find any of them.", isList: true),
            .query("user_id", "A user who is a member, in any role."),
            .query("search_terms", "Words that all occur in the name, in any case."),
        ] + PageParameters.all,
        example: #"curl -s "$RUTILE_URL/api/v1/groups?page_size=5&order_by=group_name""#,
        answers: [
            (
                200, "`data` has the groups, `pagination` how many there are and where the next page begins.",
                "application/json"
            ),
            (400, "There is no such page.", "application/json"),
            (422, "A parameter is wrong.", "application/json"),
        ], model: .groupList)

    static let one = RouteDocumentation(
        "One group", "By id.", parameters: [id],
        example: #"curl -s "$RUTILE_URL/api/v1/groups/$RUTILE_GROUP_ID""#,
        answers: [(200, "The group.", "application/json"), noGroup], model: .group)

    static let make = RouteDocumentation(
        "Make a group",
        """
        The caller is its owner. `members_info` lists all members with their roles, the owner included; without it the \
        owner is the only one. The older `members` lists ids alone.
        """,
        body: body(["group_name": .string("Alloys")]),
        example: """
            curl -s "$RUTILE_URL/api/v1/groups" -H "Authorization: Bearer $RUTILE_TOKEN" \
            -H "Content-Type: application/json" -d '{"group_name": "Alloys"}'
            """,
        answers: [
            (201, "The group.", "application/json"), RouteDocumentation.noToken,
            (422, "A field is wrong; `detail` says which.", "application/json"),
        ], model: .group)

    static let edit = RouteDocumentation(
        "Edit a group",
        """
        What the body does not have stays. `members_info` replaces all members; the owner stays who it is. For the owner, \
        maintainers and administrators.
        """,
        parameters: [id], body: body(["group_name": .string("Light alloys")]),
        example: """
            curl -s "$RUTILE_URL/api/v1/groups/$RUTILE_GROUP_ID/edit" -H "Authorization: Bearer $RUTILE_TOKEN" \
            -H "Content-Type: application/json" -d '{"group_name": "Light alloys"}'
            """,
        answers: [
            (200, "The group as it is now.", "application/json"), RouteDocumentation.noToken,
            (403, "The caller may not.", "application/json"), noGroup,
            (422, "A field is wrong; `detail` says which.", "application/json"),
        ], model: .group)

    static let delete = RouteDocumentation(
        "Delete a group",
        """
        It is also taken off the uploads that it was a coauthor or reviewer of, so its members lose what they could read \
        by it. For the owner and administrators.
        """,
        parameters: [id],
        example: """
            curl -s -X DELETE "$RUTILE_URL/api/v1/groups/$RUTILE_GROUP_ID" -H "Authorization: Bearer $RUTILE_TOKEN"
            """,
        answers: [
            (204, "It is gone.", ""), RouteDocumentation.noToken, (403, "The caller may not.", "application/json"),
            noGroup,
        ])

    private static func body(_ example: KeyValuePairs<String, Value>) -> RouteDocumentation.Body {
        .json(.groupRequest, example: .members(example))
    }
}
