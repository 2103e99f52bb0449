"""What lies in front of the teacher becomes one source for each student: archives, exports, layouts, who is who."""
