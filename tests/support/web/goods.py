"""What is sold: the goods of the sample orders."""

from gotovo.order.steps.placement import NewLine

HEADPHONES = NewLine("HEAD-1", "Наушники беспроводные Sokol Air", 1, 349_000)
KETTLE = NewLine("KETL-1", "Чайник электрический, 1,7 л", 1, 189_900)
MUG = NewLine("MUGS-1", "Кружка «Доброе утро», 350 мл", 2, 45_050)
BOOTS = NewLine("BOOT-1", "Сапоги детские утеплённые, размер 31", 1, 274_900)
LAMP = NewLine("LAMP-1", "Лампа настольная с регулировкой яркости", 1, 159_000)
LAST_ONE = NewLine("LAST-1", "Пазл «Кремль», 1000 деталей, последний на складе", 1, 99_000)
CATALOGUE = (HEADPHONES, KETTLE, MUG, BOOTS, LAMP)
