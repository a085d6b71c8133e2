extension [PlanePort] {
    /// Gives ports up in order: puts every one back, or leaves it prepared for the next hub.
    func release(_ action: PlaneConfiguration.ExitAction) throws(PlaneError) {
        var failure: PlaneError?
        for port in reversed() {
            do throws(PlaneError) {
                switch action {
                case .restore: try port.restore()
                // Prepared means up: nobody would set a port up again that a link fault took down.
                case .keep: if port.isHeld { try port.raise() }
                }
            } catch {
                // What one refuses does not keep the others.
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }
}
