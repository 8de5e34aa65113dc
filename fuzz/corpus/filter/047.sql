'it''s \ 
'