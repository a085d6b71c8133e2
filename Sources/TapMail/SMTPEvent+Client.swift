public import TapFlow

extension SMTPEvent {
    /// The side of the flow that speaks as the client.
    public var client: Side {
        switch self {
        case .transaction(let transaction): transaction.client
        case .session(let summary): summary.client
        case .exchange(let exchange): exchange.client
        }
    }
}
