//! Parts of screens that know the application: more than widgets, less than pages.
