package import TapFlow

/// A whole record of a TLS connection.
package struct TLSRecord: Hashable, Sendable {
    /// Who sent it.
    package let side: TLSSide
    /// Its kind and length.
    package let head: TLSRecordHead
    /// When its last octet came.
    package let moment: Moment
    /// True if records of this side before it are unknown because octets are lost.
    package let followsLoss: Bool
}
