//! Edits: each one exchanges the octets of one logical line, or of one component, and nothing else.
//!
//! Every edit makes the ids taken before stale, so that none can hit the wrong line.

use std::ops::Range;

use super::{
    component::Component,
    ids::{ComponentId, PropertyId},
    line::slice,
    object::CalendarObject,
    property::Property,
    write::{LineEnd, NewProperty},
};

/// Why an edit was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The id is from before another edit, or of another object.
    #[error("the object was edited since; look the component up again")]
    Stale,
    /// What should be inserted is not exactly one whole component.
    #[error("what should be added is not one component from BEGIN to END")]
    NotAComponent,
}

impl CalendarObject<'_> {
    /// Puts `property` in the place of the first one of its name, parameters and all; adds it when there is none.
    ///
    /// # Errors
    /// [`EditError::Stale`] when `at` is from before another edit.
    pub fn set(&mut self, at: ComponentId, property: &NewProperty) -> Result<(), EditError> {
        match self.first(at, property.name())? {
            Some(old) => {
                let id = old.id();
                self.replace(id, property)
            }
            None => self.add(at, property),
        }
    }

    /// Gives the first property called `name` a new `TEXT` and keeps its parameters; adds it when there is none.
    ///
    /// # Errors
    /// [`EditError::Stale`] when `at` is from before another edit.
    pub fn set_text(&mut self, at: ComponentId, name: &str, text: &str) -> Result<(), EditError> {
        self.set_keeping_params(at, NewProperty::text(name, text))
    }

    /// Gives the first property called `name` a new value in the spelling of the wire and keeps its parameters; adds
    /// it when there is none.
    ///
    /// # Errors
    /// [`EditError::Stale`] when `at` is from before another edit.
    pub fn set_value(&mut self, at: ComponentId, name: &str, value: &str) -> Result<(), EditError> {
        self.set_keeping_params(at, NewProperty::raw(name, value))
    }

    /// Adds a property after the others of the component and before the components inside.
    ///
    /// # Errors
    /// [`EditError::Stale`] when `at` is from before another edit.
    pub fn add(&mut self, at: ComponentId, property: &NewProperty) -> Result<(), EditError> {
        let component = self.component(at).ok_or(EditError::Stale)?;
        let place = component.after_properties();
        let end = self.line_end_at(place);
        let mut line = Vec::new();
        property.write(end, &mut line);
        self.insert(place, end, line);
        Ok(())
    }

    /// Puts `property` in the place of one property.
    ///
    /// # Errors
    /// [`EditError::Stale`] when `old` is from before another edit.
    pub fn replace(&mut self, old: PropertyId, property: &NewProperty) -> Result<(), EditError> {
        let (line, end) = self.line(old)?;
        let mut new = Vec::new();
        property.write(end, &mut new);
        new.truncate(new.len() - end.octets().len());
        self.splice(line.start..line.end, &new);
        Ok(())
    }

    /// Removes every property called `name` from one component and says how many there were.
    ///
    /// # Errors
    /// [`EditError::Stale`] when `at` is from before another edit.
    pub fn remove(&mut self, at: ComponentId, name: &str) -> Result<usize, EditError> {
        let component = self.component(at).ok_or(EditError::Stale)?;
        let lines: Vec<_> = component
            .all(name)
            .map(|property| property.id().line)
            .collect();
        for &line in lines.iter().rev() {
            let revision = self.revision;
            self.remove_property(PropertyId { line, revision })?;
        }
        Ok(lines.len())
    }

    /// Removes one property.
    ///
    /// # Errors
    /// [`EditError::Stale`] when `old` is from before another edit.
    pub fn remove_property(&mut self, old: PropertyId) -> Result<(), EditError> {
        let (line, _) = self.line(old)?;
        self.splice(line.start..line.next, b"");
        Ok(())
    }

    /// Adds a whole component, an override or an alarm, as the last one inside `parent`. Its line ends become those of
    /// the object.
    ///
    /// # Errors
    /// [`EditError::NotAComponent`] when `component` is not one component from `BEGIN` to `END`;
    /// [`EditError::Stale`] when `parent` is from before another edit.
    pub fn add_component(
        &mut self,
        parent: ComponentId,
        component: &[u8],
    ) -> Result<(), EditError> {
        let parent = self.component(parent).ok_or(EditError::Stale)?;
        let new = CalendarObject::read(component);
        let root = new.roots().next().filter(Component::is_whole_file);
        let root = root.ok_or(EditError::NotAComponent)?;
        let place = parent.before_end();
        let end = self.line_end_at(place);
        let lines = end.apply(root.octets());
        self.insert(place, end, lines);
        Ok(())
    }

    /// Removes a whole component.
    ///
    /// # Errors
    /// [`EditError::Stale`] when `component` is from before another edit.
    pub fn remove_component(&mut self, component: ComponentId) -> Result<(), EditError> {
        let span = self.component(component).ok_or(EditError::Stale)?.span();
        self.splice(span, b"");
        Ok(())
    }

    fn set_keeping_params(&mut self, at: ComponentId, new: NewProperty) -> Result<(), EditError> {
        match self.first(at, new.name())? {
            Some(old) => {
                let (id, new) = (old.id(), new.params_of(&old));
                self.replace(id, &new)
            }
            None => self.add(at, &new),
        }
    }

    fn first(&self, at: ComponentId, name: &[u8]) -> Result<Option<Property<'_>>, EditError> {
        let component = self.component(at).ok_or(EditError::Stale)?;
        let is_it = |property: &Property<'_>| property.name().as_bytes().eq_ignore_ascii_case(name);
        Ok(component.properties().find(is_it))
    }

    fn line(&self, id: PropertyId) -> Result<(super::line::Line, LineEnd), EditError> {
        let line = self
            .lines
            .get(id.line)
            .filter(|_| id.revision == self.revision);
        let line = line.ok_or(EditError::Stale)?;
        Ok((*line, self.line_end_of(line)))
    }

    /// The line end in use just before an octet; at the start of the file that of the whole file.
    fn line_end_at(&self, place: usize) -> LineEnd {
        match slice(&self.octets, 0, place) {
            [.., b'\r', b'\n'] => LineEnd::CrLf,
            [.., b'\n'] => LineEnd::Lf,
            _ => self.line_end(),
        }
    }

    /// Inserts whole lines; closes the line before first when the file ends without a line break.
    fn insert(&mut self, place: usize, end: LineEnd, mut lines: Vec<u8>) {
        let open = place > 0 && self.octets.get(place - 1) != Some(&b'\n');
        if open && place == self.octets.len() {
            lines.splice(0..0, end.octets().iter().copied());
        }
        self.splice(place..place, &lines);
    }

    fn splice(&mut self, range: Range<usize>, new: &[u8]) {
        let mut octets = std::mem::take(&mut self.octets).into_owned();
        octets.splice(range, new.iter().copied());
        *self = CalendarObject::over(octets.into(), self.revision.wrapping_add(1));
    }
}
