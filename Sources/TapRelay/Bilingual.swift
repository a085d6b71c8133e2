/// A text of the catalogue in every language there is, so that none can be missing.
package struct Bilingual: Hashable, Sendable {
    /// English.
    package let english: TextTemplate
    /// French.
    package let french: TextTemplate

    /// Joins the two.
    ///
    /// They must tell the same: the same gaps stand in both, which is looked at where assertions are.
    package init(_ english: TextTemplate, french: TextTemplate) {
        assert(
            Set(english.slots) == Set(french.slots),
            "a language tells more than the other"
        )
        self.english = english
        self.french = french
    }

    /// The text in `language`.
    package subscript(language: RelayLanguage) -> TextTemplate {
        switch language {
        case .english: english
        case .french: french
        }
    }
}
