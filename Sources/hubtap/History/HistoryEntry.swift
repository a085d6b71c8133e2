import TapStore

/// What stands in a history and has a number there.
protocol HistoryEntry {
    var number: Int64 { get }
}

extension EventEntry: HistoryEntry {}
extension AlertEntry: HistoryEntry {}
