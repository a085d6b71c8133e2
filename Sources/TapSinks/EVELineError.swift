/// Why a line is no event that can be read.
public struct EVELineError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with it.
    public var detail: String

    /// What is wrong, in one short line.
    public var description: String { detail }

    init(detail: String) { self.detail = detail }

    static let noTime = EVELineError(detail: "the value of timestamp is no RFC 3339 time")

    init(_ error: DecodingError) {
        func path(_ context: DecodingError.Context) -> String {
            context.codingPath.map(\.stringValue).joined(separator: ".")
        }
        detail =
            switch error {
            case .keyNotFound(let key, let context):
                "the key " + (path(context).isEmpty ? "" : path(context) + ".") + key.stringValue
                    + " is missing"
            case .typeMismatch(_, let context), .valueNotFound(_, let context):
                context.codingPath.isEmpty
                    ? "it is no JSON object" : "the value of \(path(context)) is of another type"
            case .dataCorrupted(let context):
                context.codingPath.isEmpty
                    ? "it is no JSON object" : "the value of \(path(context)) is not valid"
            @unknown default: "it cannot be read"
            }
    }
}
