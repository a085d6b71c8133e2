package import TapWire

/// Whether a certificate was valid when it was shown.
public enum CertificateValidity: String, Sendable, Codable {
    case valid
    case expired
    case notYetValid = "not_yet_valid"

    /// Compares the dates of `certificate` with `time`.
    package init(_ certificate: CertificateFacts, at time: Timestamp) {
        // Both are in UTC and have four digits of year, so that their texts compare as the times do; the years of
        // certificates, 0 to 9999, go beyond those of a `Timestamp`.
        let now = time.rfc3339.prefix(19)
        self =
            if now < certificate.notBefore.prefix(19) {
                .notYetValid
            } else if now > certificate.notAfter.prefix(19) {
                .expired
            } else {
                .valid
            }
    }
}
