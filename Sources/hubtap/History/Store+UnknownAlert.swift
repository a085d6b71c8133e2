import TapStore

extension Store {
    /// What to say of an alert that the history does not have: which names are near it.
    func unknownAlert(_ id: String) throws(Failure) -> Failure {
        let isIncident = id.hasPrefix("incident-")
        let near = try Failure.rethrow(as: 1) {
            isIncident
                ? try incidentNames(limit: 3) : try alertNames(near: id, limit: 3)
        }
        let known =
            near.isEmpty
            ? "it has none"
            : (isIncident ? "its latest are " : "near it are ") + near.joined(separator: ", ")
        return .usage(
            "the store \(path) has no alert or incident \(id); \(known). Events have it as relay.id or incident.id, and "
                + "`hubtap alerts` lists all"
        )
    }
}
