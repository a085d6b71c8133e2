public import TapFlow

extension SMTPEvent {
    /// The number of the frame that MAIL came in; nil for what belongs to the whole flow.
    public var firstSequence: UInt64? {
        switch self {
        case .transaction(let transaction): transaction.began.sequence
        case .inferred(let transaction): transaction.began.sequence
        case .refusals(let refusals): refusals.began.sequence
        case .anomaly, .session, .overlap, .exchange: nil
        }
    }

    /// The side of the flow that speaks as the client.
    public var client: Side {
        switch self {
        case .transaction(let transaction): transaction.client
        case .inferred(let transaction): transaction.client
        case .refusals(let refusals): refusals.client
        case .anomaly(let anomaly): anomaly.client
        case .session(let summary): summary.client
        case .overlap(let overlap): overlap.client
        case .exchange(let exchange): exchange.client
        }
    }
}
