/// The commands of IMAP that are known by name (RFC 9051, 3501 and extensions).
enum IMAPVerb: String, CaseIterable, Sendable {
    case capability = "CAPABILITY"
    case noop = "NOOP"
    case logout = "LOGOUT"
    case starttls = "STARTTLS"
    case authenticate = "AUTHENTICATE"
    case login = "LOGIN"
    case enable = "ENABLE"
    case select = "SELECT"
    case examine = "EXAMINE"
    case create = "CREATE"
    case delete = "DELETE"
    case rename = "RENAME"
    case subscribe = "SUBSCRIBE"
    case unsubscribe = "UNSUBSCRIBE"
    case list = "LIST"
    case lsub = "LSUB"
    case namespace = "NAMESPACE"
    case status = "STATUS"
    case append = "APPEND"
    case check = "CHECK"
    case close = "CLOSE"
    case expunge = "EXPUNGE"
    case search = "SEARCH"
    case fetch = "FETCH"
    case store = "STORE"
    case copy = "COPY"
    /// What follows is a command whose numbers are unique identifiers.
    case uid = "UID"
    /// RFC 2177.
    case idle = "IDLE"
    /// RFC 2971.
    case id = "ID"
    /// RFC 3691.
    case unselect = "UNSELECT"
    /// RFC 5256.
    case sort = "SORT"
    case thread = "THREAD"
    /// RFC 6851.
    case move = "MOVE"
    /// RFC 4978.
    case compress = "COMPRESS"
    /// RFC 2087.
    case getQuota = "GETQUOTA"
    case getQuotaRoot = "GETQUOTAROOT"
    /// RFC 5464.
    case getMetadata = "GETMETADATA"
    case setMetadata = "SETMETADATA"

    /// True if a command with it has no argument.
    var standsAlone: Bool {
        switch self {
        case .capability, .noop, .logout, .starttls, .namespace, .check, .close, .idle, .unselect:
            true
        default: false
        }
    }
}
